import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.3.2 of 5.0. */
export const PUBLISH_PROPERTIES_TESTS: readonly ConformanceTest[] = [];
