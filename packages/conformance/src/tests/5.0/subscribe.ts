import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.8 and 3.9 of 5.0. */
export const SUBSCRIBE_TESTS: readonly ConformanceTest[] = [];
