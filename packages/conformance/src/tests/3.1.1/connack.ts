import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.2 of 3.1.1. */
export const CONNACK_TESTS_3: readonly ConformanceTest[] = [];
