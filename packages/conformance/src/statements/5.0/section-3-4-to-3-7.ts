import type { Statement } from '../statement.ts';

/** 5.0, sections 3.4 to 3.7. */
export const SECTION_3_4_TO_3_7_OF_5_0: readonly Statement[] = [];
