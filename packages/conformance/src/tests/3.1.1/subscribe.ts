import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.8 and 3.9 of 3.1.1. */
export const SUBSCRIBE_TESTS_3: readonly ConformanceTest[] = [];
