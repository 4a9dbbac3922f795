import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 6 of 3.1.1. */
export const WEB_SOCKET_TESTS_3: readonly ConformanceTest[] = [];
