import type { Statement } from '../statement.ts';

/** 5.0, section 3.2. */
export const SECTION_3_2_OF_5_0: readonly Statement[] = [];
