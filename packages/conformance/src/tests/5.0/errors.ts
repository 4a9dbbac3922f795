import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 4.13 of 5.0. */
export const ERRORS_TESTS: readonly ConformanceTest[] = [];
