import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.12 and 3.14 of 3.1.1. */
export const PING_AND_DISCONNECT_TESTS_3: readonly ConformanceTest[] = [];
