import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 1.5, 2.1 and 2.2 of 5.0. */
export const DATA_REPRESENTATION_TESTS: readonly ConformanceTest[] = [];
