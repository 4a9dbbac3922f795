import type { ConformanceTest } from '../../harness/test-definition.ts';

/** The other unnumbered rules of 5.0. */
export const HARD_RULES_TESTS: readonly ConformanceTest[] = [];
