import type { Statement } from '../statement.ts';

/** 3.1.1, sections 3.8 to 3.14. */
export const SECTION_3_8_TO_3_14_OF_3_1_1: readonly Statement[] = [];
