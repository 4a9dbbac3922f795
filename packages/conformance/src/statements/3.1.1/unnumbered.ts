import type { Statement } from '../statement.ts';

/** 3.1.1, hard rules without a number. */
export const UNNUMBERED_OF_3_1_1: readonly Statement[] = [];
