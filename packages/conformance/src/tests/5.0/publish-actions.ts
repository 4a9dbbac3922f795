import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.3.3, 3.3.4 and 3.3.5 of 5.0. */
export const PUBLISH_ACTIONS_TESTS: readonly ConformanceTest[] = [];
