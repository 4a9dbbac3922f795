import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 4.4, 4.5 and 4.6 of 5.0. */
export const REDELIVERY_AND_ORDER_TESTS: readonly ConformanceTest[] = [];
