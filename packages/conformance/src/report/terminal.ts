import { nounOf, type AnyReport } from './any-report.ts';
import { coverageOf, summarize, type CoverageSummary } from './coverage.ts';

/** The report as a few lines for people: what failed and why, what was skipped, the totals. */
export function reportAsText(report: AnyReport): string {
  const coverage = coverageOf(report);
  const lines: string[] = [];
  for (const { test, verdict, detail } of report.results) {
    if (verdict === 'fail' || verdict === 'inconclusive') {
      lines.push(
        `${verdict.toUpperCase()}  ${test.id}  [${test.statements.join(', ')}]`,
        `      ${test.title}`,
        `      ${detail}`,
      );
    }
  }
  for (const { test, mutant, killed } of report.mutants) {
    if (!killed) lines.push(`SURVIVED  ${test.id}: a ${nounOf(report)} that ${mutant.name}`);
  }
  lines.push(...skippedLines(report), totals(report));
  for (const version of ['5.0', '3.1.1'] as const)
    lines.push(headline(summarize(coverage, version, report.role), report.role));
  return lines.join('\n');
}

function skippedLines(report: AnyReport): string[] {
  const reasons = new Map<string, number>();
  for (const { verdict, detail } of report.results) {
    if (verdict === 'skipped') reasons.set(detail ?? '', (reasons.get(detail ?? '') ?? 0) + 1);
  }
  return [...reasons].map(([reason, count]) => `skipped ${count}: ${reason}`);
}

function totals(report: AnyReport): string {
  const count = (verdict: string): number => report.results.filter((result) => result.verdict === verdict).length;
  const verdicts = `${count('pass')} passed, ${count('fail')} failed, ${count('skipped')} skipped, ${count('inconclusive')} inconclusive`;
  const killed = report.mutants.filter((outcome) => outcome.killed).length;
  const mutants =
    report.mutants.length === 0 ? '' : `; ${killed} of ${report.mutants.length} broken ${nounOf(report)}s caught`;
  return `${report.target}: ${verdicts}${mutants}`;
}

function headline(summary: CoverageSummary, role: AnyReport['role']): string {
  return (
    `MQTT ${summary.version}: ${summary.numberedExecuted} of ${summary.numbered} statements that bind a ${role} executed, ` +
    `${summary.numberedProven} proven, ${summary.numberedFailed} failed; ` +
    `${summary.unnumberedProven} of ${summary.unnumbered} hard rules without a number proven, ${summary.unnumberedFailed} failed`
  );
}
