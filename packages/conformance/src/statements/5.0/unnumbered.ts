import type { Statement } from '../statement.ts';

/** 5.0, hard rules without a number. */
export const UNNUMBERED_OF_5_0: readonly Statement[] = [];
