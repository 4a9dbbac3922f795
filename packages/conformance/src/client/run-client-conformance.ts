import type { ClientMutant } from './client-mutant.ts';
import type { ClientTarget } from './client-target.ts';
import type { ClientTest } from './client-test-definition.ts';
import { runClientTest, type ClientTestResult } from './run-client-test.ts';
import { ALL_CLIENT_TESTS } from './tests/all-client-tests.ts';

/** What {@link runClientConformance} can be told. */
export interface ClientConformanceOptions {
  /** The tests to run; all unless given. */
  readonly tests?: readonly ClientTest[];
  /** Also break the client in every way that a test must catch. False unless given. */
  readonly mutants?: boolean;
  /** Cuts what the broker sends into pieces; the verdicts must not depend on it. */
  readonly mangle?: (bytes: Uint8Array) => readonly Uint8Array[];
  /** Joins what the broker sends before its test waits for an answer; the verdicts must not depend on it either. */
  readonly coalesce?: boolean;
  /** Called after each test, for progress. */
  readonly onResult?: (result: ClientTestResult) => void;
}

/** What became of one broken client. */
export interface ClientMutantOutcome {
  readonly test: ClientTest;
  readonly mutant: ClientMutant;
  /** Whether the test failed, as it must. */
  readonly killed: boolean;
  readonly result: ClientTestResult;
}

/** Everything that a run found. */
export interface ClientConformanceReport {
  readonly role: 'client';
  readonly target: string;
  readonly results: readonly ClientTestResult[];
  /** Empty unless asked for. */
  readonly mutants: readonly ClientMutantOutcome[];
}

/** Runs the suite against a client library: each test with a client of its own and a broker that plays the test's part. */
export async function runClientConformance(
  target: ClientTarget,
  options: ClientConformanceOptions = {},
): Promise<ClientConformanceReport> {
  const results: ClientTestResult[] = [];
  const mutants: ClientMutantOutcome[] = [];
  const { mangle, coalesce } = options;
  const runOptions = { ...(mangle === undefined ? {} : { mangle }), ...(coalesce === undefined ? {} : { coalesce }) };
  for (const test of options.tests ?? ALL_CLIENT_TESTS) {
    const result = target.versions.has(test.version) ? await runClientTest(test, target, runOptions) : notSpoken(test);
    results.push(result);
    options.onResult?.(result);
    if (options.mutants !== true || result.verdict !== 'pass') continue;
    for (const mutant of test.mutants) {
      const broken = await runClientTest(test, target, { mutant });
      mutants.push({ test, mutant, killed: broken.verdict === 'fail', result: broken });
    }
  }
  return { role: 'client', target: target.name, results, mutants };
}

function notSpoken(test: ClientTest): ClientTestResult {
  const detail = `the client does not speak MQTT ${test.version === 5 ? '5.0' : '3.1.1'}`;
  return { test, verdict: 'skipped', detail, choices: [], transcript: [] };
}
