import { CATALOGUE } from '../statements/catalogue.ts';
import type { Statement, StatementId } from '../statements/statement.ts';
import type { AnyReport } from './any-report.ts';

/** What one run says of one statement. */
export interface StatementCoverage {
  readonly statement: Statement;
  /**
   * - 'failed': a test of it failed.
   * - 'proven': its tests passed, and a broker or client that breaks it was caught.
   * - 'passed': its tests passed, but no broken one was caught (or mutants were not run).
   * - 'not run': its tests were skipped or inconclusive.
   * - 'no test': see the statement's status for the reason.
   */
  readonly outcome: 'failed' | 'proven' | 'passed' | 'not run' | 'no test';
}

/** The catalogue seen through one run. */
export function coverageOf(report: AnyReport): readonly StatementCoverage[] {
  const failed = new Set<StatementId>();
  const passed = new Set<StatementId>();
  const seen = new Set<StatementId>();
  const proven = new Set<StatementId>();
  for (const { test, verdict } of report.results) {
    for (const id of test.statements) {
      seen.add(id);
      if (verdict === 'fail') failed.add(id);
      if (verdict === 'pass') passed.add(id);
    }
  }
  for (const { mutant, killed } of report.mutants) {
    if (killed) for (const id of mutant.breaks) proven.add(id);
  }
  return CATALOGUE.map((statement) => {
    const { id } = statement;
    if (failed.has(id)) return { statement, outcome: 'failed' };
    if (passed.has(id)) return { statement, outcome: proven.has(id) ? 'proven' : 'passed' };
    return { statement, outcome: seen.has(id) ? 'not run' : 'no test' };
  });
}

/** Counts for a headline. */
export interface CoverageSummary {
  readonly version: '5.0' | '3.1.1';
  /** Numbered statements that bind the side under test. */
  readonly numbered: number;
  readonly numberedProven: number;
  readonly numberedExecuted: number;
  readonly numberedFailed: number;
  /** Hard rules without a number. */
  readonly unnumbered: number;
  readonly unnumberedProven: number;
  readonly unnumberedFailed: number;
}

/** The headline of one version, for the side that was under test: servers unless said. */
export function summarize(
  coverage: readonly StatementCoverage[],
  version: '5.0' | '3.1.1',
  role: 'server' | 'client' = 'server',
): CoverageSummary {
  const other = role === 'server' ? 'client' : 'server';
  const ofVersion = coverage.filter(
    ({ statement }) => statement.binds !== other && statement.id.startsWith('v3 ') === (version === '3.1.1'),
  );
  const isNumbered = ({ statement }: StatementCoverage): boolean => statement.id.includes('MQTT-');
  const count = (list: readonly StatementCoverage[], ...outcomes: readonly string[]): number =>
    list.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const numbered = ofVersion.filter((entry) => isNumbered(entry));
  const unnumbered = ofVersion.filter((entry) => !isNumbered(entry));
  return {
    version,
    numbered: numbered.length,
    numberedProven: count(numbered, 'proven'),
    numberedExecuted: count(numbered, 'proven', 'passed', 'failed'),
    numberedFailed: count(numbered, 'failed'),
    unnumbered: unnumbered.length,
    unnumberedProven: count(unnumbered, 'proven'),
    unnumberedFailed: count(unnumbered, 'failed'),
  };
}
