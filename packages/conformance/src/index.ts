export {
  runConformance,
  type ConformanceOptions,
  type ConformanceReport,
  type MutantOutcome,
} from './run-conformance.ts';
export type { Target, TargetClock, TargetFactory } from './harness/target.ts';
export { ALL_TESTS } from './tests/all-tests.ts';
export { PROFILES, type ProfileName } from './harness/profile.ts';
export { WallClock } from './harness/wall-clock.ts';
export { remoteFactory } from './harness/remote-factory.ts';
export { remoteTarget } from './harness/remote-target.ts';
export type { ConformanceTest } from './harness/test-definition.ts';
export type { TestResult } from './harness/run-test.ts';
export type { LegalChoice, Verdict } from './harness/verdict.ts';
export { formatTranscript, type TranscriptEntry } from './harness/transcript.ts';
export type { StatementId } from './statements/statement.ts';
export { CATALOGUE } from './statements/catalogue.ts';
export type { Statement, StatementStatus } from './statements/statement.ts';
export { coverageOf, summarize, type CoverageSummary, type StatementCoverage } from './report/coverage.ts';
export { reportAsText } from './report/terminal.ts';
export { reportAsJson } from './report/json.ts';
export { reportAsJunit } from './report/junit.ts';
export { reportAsHtml } from './report/html.ts';
