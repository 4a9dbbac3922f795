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
export type { AnyReport, AnyResult, AnyTest } from './report/any-report.ts';
export { reportAsText } from './report/terminal.ts';
export { reportAsJson } from './report/json.ts';
export { reportAsJunit } from './report/junit.ts';
export { reportAsHtml } from './report/html.ts';
export {
  NotOffered,
  type AuthenticationRequest,
  type ClientAdapter,
  type ClientClock,
  type ClientEndpoint,
  type ClientEvent,
  type ClientUnderTest,
  type ConnectRequest,
  type DisconnectRequest,
  type PublishRequest,
  type SubscribeRequest,
} from './client/client-adapter.ts';
export type { ClientTarget } from './client/client-target.ts';
export { virtualClientTarget } from './client/virtual-client-target.ts';
export { listeningClientTarget } from './client/listening-client-target.ts';
export {
  runClientConformance,
  type ClientConformanceOptions,
  type ClientConformanceReport,
  type ClientMutantOutcome,
} from './client/run-client-conformance.ts';
export type { ClientTest } from './client/client-test-definition.ts';
export type { ClientTestResult } from './client/run-client-test.ts';
export { ALL_CLIENT_TESTS } from './client/tests/all-client-tests.ts';
export { clientStatus } from './client/client-status.ts';
export { HOSTILE_MOMENTS, hostileTest, type HostileCase, type HostileMoment } from './client/hostile-broker.ts';
