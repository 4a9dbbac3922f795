import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.15 and 4.12 of 5.0. */
export const AUTHENTICATION_TESTS: readonly ConformanceTest[] = [];
