import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 4.1 to 4.6 of 3.1.1. */
export const SESSION_AND_DELIVERY_TESTS_3: readonly ConformanceTest[] = [];
