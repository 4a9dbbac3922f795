import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 4.8 of 5.0. */
export const SHARED_SUBSCRIPTIONS_TESTS: readonly ConformanceTest[] = [];
