import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 4.3 of 5.0. */
export const QUALITY_OF_SERVICE_TESTS: readonly ConformanceTest[] = [];
