import type { Statement } from '../statement.ts';

/** 5.0, section 3.1. */
export const SECTION_3_1_OF_5_0: readonly Statement[] = [];
