import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.14 of 5.0. */
export const DISCONNECT_TESTS: readonly ConformanceTest[] = [];
