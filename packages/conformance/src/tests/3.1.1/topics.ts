import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 4.7 of 3.1.1. */
export const TOPICS_TESTS_3: readonly ConformanceTest[] = [];
