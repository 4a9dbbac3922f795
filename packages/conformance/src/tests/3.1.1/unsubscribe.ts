import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.10 and 3.11 of 3.1.1. */
export const UNSUBSCRIBE_TESTS_3: readonly ConformanceTest[] = [];
