import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 4.8 and 7 of 3.1.1. */
export const ERRORS_TESTS_3: readonly ConformanceTest[] = [];
