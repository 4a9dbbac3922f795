import type { ProtocolVersion } from '@skua/codec';
import { coalescingTarget } from './harness/coalescing-target.ts';
import type { Mutant } from './harness/mutant.ts';
import type { ProfileName } from './harness/profile.ts';
import { runMutant, runTest, type TestResult } from './harness/run-test.ts';
import { speaksVersion } from './harness/speaks-version.ts';
import type { Target, TargetFactory } from './harness/target.ts';
import type { ConformanceTest } from './harness/test-definition.ts';
import { ALL_TESTS } from './tests/all-tests.ts';

/** What {@link runConformance} can be told. */
export interface ConformanceOptions {
  /** The tests to run; all unless given. */
  readonly tests?: readonly ConformanceTest[];
  /** Also run every test against its broken brokers, to show that it can fail. False unless given. */
  readonly mutants?: boolean;
  /** Cuts what clients send into pieces; the verdicts must not depend on it. */
  readonly mangle?: (bytes: Uint8Array) => readonly Uint8Array[];
  /** Joins what a client sends before its test waits for an answer; the verdicts must not depend on it either. */
  readonly coalesce?: boolean;
  /** Letters and digits that make names unique on a broker that keeps state between runs; at most 6. */
  readonly unique?: string;
  /** Called after each test, for progress. */
  readonly onResult?: (result: TestResult) => void;
}

/** What became of one mutant. */
export interface MutantOutcome {
  readonly test: ConformanceTest;
  readonly mutant: Mutant;
  /** Whether the test failed, as it must. */
  readonly killed: boolean;
  readonly result: TestResult;
}

/** Everything that a run found. */
export interface ConformanceReport {
  readonly role: 'server';
  readonly target: string;
  readonly results: readonly TestResult[];
  /** Empty unless asked for. */
  readonly mutants: readonly MutantOutcome[];
}

/** Runs the suite against a broker, one test after the other, each profile on a broker of its own. */
export async function runConformance(
  factory: TargetFactory,
  options: ConformanceOptions = {},
): Promise<ConformanceReport> {
  const results: TestResult[] = [];
  const mutants: MutantOutcome[] = [];
  let runs = 0;
  const runOptions = (): { unique: string; mangle?: (bytes: Uint8Array) => readonly Uint8Array[] } => {
    runs += 1;
    const unique = `${options.unique ?? ''}${runs.toString(36)}x`;
    return options.mangle === undefined ? { unique } : { unique, mangle: options.mangle };
  };
  for (const [profile, tests] of byProfile(options.tests ?? ALL_TESTS)) {
    if (!factory.profiles.has(profile)) {
      for (const test of tests) results.push(skipped(test, `needs a broker configured as "${test.profile}"`));
      continue;
    }
    const started = await factory.start(profile);
    const target = options.coalesce === true ? coalescingTarget(started) : started;
    try {
      const spoken = await versionsSpoken(target, tests, () => runOptions().unique);
      for (const test of tests) {
        if (!spoken.has(test.version)) {
          results.push(skipped(test, `the broker does not speak MQTT ${NAMES[test.version]}`));
          continue;
        }
        const result = await runTest(test, target, runOptions());
        results.push(result);
        options.onResult?.(result);
        if (options.mutants === true && result.verdict === 'pass') {
          mutants.push(...(await runMutants(test, target, runOptions)));
        }
      }
    } finally {
      await target.close();
    }
  }
  return { role: 'server', target: factory.name, results, mutants };
}

async function runMutants(
  test: ConformanceTest,
  target: Target,
  runOptions: () => { unique: string },
): Promise<MutantOutcome[]> {
  const outcomes: MutantOutcome[] = [];
  for (const mutant of test.mutants) outcomes.push({ test, ...(await runMutant(test, mutant, target, runOptions())) });
  return outcomes;
}

function byProfile(tests: readonly ConformanceTest[]): Map<ProfileName, ConformanceTest[]> {
  const groups = new Map<ProfileName, ConformanceTest[]>();
  for (const test of tests) {
    const group = groups.get(test.profile);
    if (group === undefined) groups.set(test.profile, [test]);
    else group.push(test);
  }
  return groups;
}

async function versionsSpoken(
  target: Target,
  tests: readonly ConformanceTest[],
  unique: () => string,
): Promise<ReadonlySet<ProtocolVersion>> {
  const spoken = new Set<ProtocolVersion>();
  for (const version of new Set(tests.map((test) => test.version))) {
    if (await speaksVersion(target, version, unique())) spoken.add(version);
  }
  return spoken;
}

function skipped(test: ConformanceTest, detail: string): TestResult {
  return { test, verdict: 'skipped', detail, choices: [], transcript: [] };
}

const NAMES: Readonly<Record<ProtocolVersion, string>> = { 3: '3.1', 4: '3.1.1', 5: '5.0' };
