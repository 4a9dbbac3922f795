import type { Statement } from '../statement.ts';

/** 5.0, sections 3.8 to 3.12. */
export const SECTION_3_8_TO_3_12_OF_5_0: readonly Statement[] = [];
