export {
  runConformance,
  type ConformanceOptions,
  type ConformanceReport,
  type MutantOutcome,
} from './run-conformance.ts';
export type { Target, TargetClock, TargetFactory } from './harness/target.ts';
export { PROFILES, type ProfileName } from './harness/profile.ts';
export { WallClock } from './harness/wall-clock.ts';
export type { ConformanceTest } from './harness/test-definition.ts';
export type { TestResult } from './harness/run-test.ts';
export type { LegalChoice, Verdict } from './harness/verdict.ts';
export { formatTranscript, type TranscriptEntry } from './harness/transcript.ts';
export type { StatementId } from './statements/statement.ts';
