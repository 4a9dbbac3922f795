import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.3.1 of 5.0. */
export const PUBLISH_FLAGS_TESTS: readonly ConformanceTest[] = [];
