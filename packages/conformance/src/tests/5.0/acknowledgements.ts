import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.4 to 3.7 of 5.0. */
export const ACKNOWLEDGEMENTS_TESTS: readonly ConformanceTest[] = [];
