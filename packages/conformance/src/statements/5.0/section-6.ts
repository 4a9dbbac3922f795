import type { Statement } from '../statement.ts';

/** 5.0, section 6. */
export const SECTION_6_OF_5_0: readonly Statement[] = [];
