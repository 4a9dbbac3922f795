import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 4.1 and 4.2 of 5.0. */
export const SESSION_STATE_TESTS: readonly ConformanceTest[] = [];
