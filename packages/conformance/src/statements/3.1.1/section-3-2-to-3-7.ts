import type { Statement } from '../statement.ts';

/** 3.1.1, sections 3.2 to 3.7. */
export const SECTION_3_2_TO_3_7_OF_3_1_1: readonly Statement[] = [];
