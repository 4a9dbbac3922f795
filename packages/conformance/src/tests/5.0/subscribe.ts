import type { ConformanceTest } from '../../harness/test-definition.ts';
import { SUBSCRIBE_FORMAT_TESTS } from './subscribe-format.ts';
import { SUBSCRIBE_EFFECT_TESTS } from './subscribe-effect.ts';

/** Sections 3.8 and 3.9 of 5.0. */
export const SUBSCRIBE_TESTS: readonly ConformanceTest[] = [...SUBSCRIBE_FORMAT_TESTS, ...SUBSCRIBE_EFFECT_TESTS];
