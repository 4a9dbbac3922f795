import type { Statement } from '../statement.ts';

/** 3.1.1, section 3.1. */
export const SECTION_3_1_OF_3_1_1: readonly Statement[] = [];
