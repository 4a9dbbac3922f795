import { toHex } from '../harness/transcript.ts';
import type { AnyReport } from './any-report.ts';
import { coverageOf, summarize } from './coverage.ts';

/** The report as JSON for machines: verdicts, legal choices, mutants, coverage, and transcripts of what did not pass. */
export function reportAsJson(report: AnyReport): string {
  const coverage = coverageOf(report);
  return JSON.stringify(
    {
      role: report.role,
      target: report.target,
      summary: [summarize(coverage, '5.0', report.role), summarize(coverage, '3.1.1', report.role)],
      results: report.results.map(({ test, verdict, detail, choices, transcript }) => ({
        id: test.id,
        title: test.title,
        version: test.version,
        profile: test.profile,
        statements: test.statements,
        verdict,
        detail,
        choices,
        transcript:
          verdict === 'pass'
            ? undefined
            : transcript.map((entry) =>
                'bytes' in entry ? { ...entry, bytes: toHex(entry.bytes), packet: undefined } : entry,
              ),
      })),
      mutants: report.mutants.map(({ test, mutant, killed }) => ({
        test: test.id,
        mutant: mutant.name,
        breaks: mutant.breaks,
        killed,
      })),
      statements: coverage.map(({ statement, outcome }) => ({ id: statement.id, outcome })),
    },
    undefined,
    1,
  );
}
