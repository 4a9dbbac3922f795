import type { Statement } from '../statement.ts';

/** 5.0, section 4. */
export const SECTION_4_OF_5_0: readonly Statement[] = [];
