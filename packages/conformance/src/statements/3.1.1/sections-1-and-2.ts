import type { Statement } from '../statement.ts';

/** 3.1.1, sections 1 and 2. */
export const SECTIONS_1_AND_2_OF_3_1_1: readonly Statement[] = [];
