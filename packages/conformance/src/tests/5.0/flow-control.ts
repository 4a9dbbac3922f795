import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 4.9 of 5.0. */
export const FLOW_CONTROL_TESTS: readonly ConformanceTest[] = [];
