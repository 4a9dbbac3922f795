import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.4 to 3.7 of 3.1.1. */
export const ACKNOWLEDGEMENTS_TESTS_3: readonly ConformanceTest[] = [];
