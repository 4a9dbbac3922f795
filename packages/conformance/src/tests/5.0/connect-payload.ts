import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.1.3 and 3.1.4 of 5.0. */
export const CONNECT_PAYLOAD_TESTS: readonly ConformanceTest[] = [];
