import type { ConformanceTest } from '../../harness/test-definition.ts';

/** The unnumbered rules on properties that stand more than once of 5.0. */
export const REPEATED_PROPERTIES_TESTS: readonly ConformanceTest[] = [];
