import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.12 of 5.0. */
export const PING_TESTS: readonly ConformanceTest[] = [];
