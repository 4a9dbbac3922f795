import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.10 and 3.11 of 5.0. */
export const UNSUBSCRIBE_TESTS: readonly ConformanceTest[] = [];
