import type { Statement } from './statement.ts';
import { SECTION_1_AND_2_OF_5_0 } from './5.0/section-1-and-2.ts';
import { SECTION_3_1_OF_5_0 } from './5.0/section-3-1.ts';
import { SECTION_3_2_OF_5_0 } from './5.0/section-3-2.ts';
import { SECTION_3_3_OF_5_0 } from './5.0/section-3-3.ts';
import { SECTION_3_4_TO_3_7_OF_5_0 } from './5.0/section-3-4-to-3-7.ts';
import { SECTION_3_8_TO_3_12_OF_5_0 } from './5.0/section-3-8-to-3-12.ts';
import { SECTION_3_14_AND_3_15_OF_5_0 } from './5.0/section-3-14-and-3-15.ts';
import { SECTION_4_OF_5_0 } from './5.0/section-4.ts';
import { SECTION_4_12_AND_4_13_OF_5_0 } from './5.0/section-4-12-and-4-13.ts';
import { SECTION_6_OF_5_0 } from './5.0/section-6.ts';
import { UNNUMBERED_OF_5_0 } from './5.0/unnumbered.ts';
import { UNNUMBERED_FROM_3_3_OF_5_0 } from './5.0/unnumbered-from-3-3.ts';
import { SECTIONS_1_AND_2_OF_3_1_1 } from './3.1.1/sections-1-and-2.ts';
import { SECTION_3_1_OF_3_1_1 } from './3.1.1/section-3-1.ts';
import { SECTION_3_2_TO_3_7_OF_3_1_1 } from './3.1.1/section-3-2-to-3-7.ts';
import { SECTION_3_8_TO_3_14_OF_3_1_1 } from './3.1.1/section-3-8-to-3-14.ts';
import { SECTION_4_TO_7_OF_3_1_1 } from './3.1.1/section-4-to-7.ts';
import { UNNUMBERED_OF_3_1_1 } from './3.1.1/unnumbered.ts';

/** Every numbered statement of 5.0 and 3.1.1 and every hard rule without a number. */
export const CATALOGUE: readonly Statement[] = [
  ...SECTION_1_AND_2_OF_5_0,
  ...SECTION_3_1_OF_5_0,
  ...SECTION_3_2_OF_5_0,
  ...SECTION_3_3_OF_5_0,
  ...SECTION_3_4_TO_3_7_OF_5_0,
  ...SECTION_3_8_TO_3_12_OF_5_0,
  ...SECTION_3_14_AND_3_15_OF_5_0,
  ...SECTION_4_OF_5_0,
  ...SECTION_4_12_AND_4_13_OF_5_0,
  ...SECTION_6_OF_5_0,
  ...UNNUMBERED_OF_5_0,
  ...UNNUMBERED_FROM_3_3_OF_5_0,
  ...SECTIONS_1_AND_2_OF_3_1_1,
  ...SECTION_3_1_OF_3_1_1,
  ...SECTION_3_2_TO_3_7_OF_3_1_1,
  ...SECTION_3_8_TO_3_14_OF_3_1_1,
  ...SECTION_4_TO_7_OF_3_1_1,
  ...UNNUMBERED_OF_3_1_1,
];
