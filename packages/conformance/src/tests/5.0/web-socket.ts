import type { ConformanceTest } from '../../harness/test-definition.ts';

/** Section 6 of 5.0. */
export const WEB_SOCKET_TESTS: readonly ConformanceTest[] = [];
