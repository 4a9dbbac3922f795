import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 1.5, 2.2 and 2.3 of 3.1.1. */
export const DATA_REPRESENTATION_TESTS_3: readonly ConformanceTest[] = [];
