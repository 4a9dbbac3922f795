import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 4.7 of 5.0. */
export const TOPICS_TESTS: readonly ConformanceTest[] = [];
