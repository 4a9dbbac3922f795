import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.2 of 5.0. */
export const CONNACK_TESTS: readonly ConformanceTest[] = [];
