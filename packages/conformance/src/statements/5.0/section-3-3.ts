import type { Statement } from '../statement.ts';

/** 5.0, section 3.3. */
export const SECTION_3_3_OF_5_0: readonly Statement[] = [];
