import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 3.1.0 to 3.1.2 of 3.1.1. */
export const CONNECT_PACKET_TESTS_3: readonly ConformanceTest[] = [];
