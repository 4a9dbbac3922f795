import type { Statement } from '../statement.ts';

/** 5.0, sections 3.14 and 3.15. */
export const SECTION_3_14_AND_3_15_OF_5_0: readonly Statement[] = [];
