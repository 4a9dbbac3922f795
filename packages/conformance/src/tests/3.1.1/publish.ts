import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.3 of 3.1.1. */
export const PUBLISH_TESTS_3: readonly ConformanceTest[] = [];
