import type { Statement } from '../statement.ts';

/** 3.1.1, sections 4 to 7. */
export const SECTION_4_TO_7_OF_3_1_1: readonly Statement[] = [];
