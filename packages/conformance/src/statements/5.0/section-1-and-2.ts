import type { Statement } from '../statement.ts';

/** 5.0, sections 1 and 2. */
export const SECTION_1_AND_2_OF_5_0: readonly Statement[] = [];
