import type { ConformanceTest } from '../../harness/test-definition.ts';

/** The session, will, keep alive and properties of 3.1.2 of 5.0. */
export const CONNECT_SESSION_TESTS: readonly ConformanceTest[] = [];
