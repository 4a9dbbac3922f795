import type { ConformanceTest } from './test-definition.ts';
import type { Mutant } from './mutant.ts';
import { mutatedTarget } from './mutated-target.ts';
import type { Target } from './target.ts';
import { TestContext } from './test-context.ts';
import type { TranscriptEntry } from './transcript.ts';
import { ConformanceFailure, Inconclusive, NotApplicable, type LegalChoice, type Verdict } from './verdict.ts';

/** What came of one run of one test. */
export interface TestResult {
  readonly test: ConformanceTest;
  readonly verdict: Verdict;
  /** Why, for every verdict but 'pass'. */
  readonly detail: string | undefined;
  readonly choices: readonly LegalChoice[];
  readonly transcript: readonly TranscriptEntry[];
}

/** How a test is run. */
export interface RunTestOptions {
  /** Cuts what clients send into pieces; one piece unless given. */
  readonly mangle?: (bytes: Uint8Array) => readonly Uint8Array[];
  /** Letters and digits that no other run on this target uses. */
  readonly unique: string;
}

/** Runs one test against one target. Never throws for what the broker does. */
export async function runTest(test: ConformanceTest, target: Target, options: RunTestOptions): Promise<TestResult> {
  const transcript: TranscriptEntry[] = [];
  const mangle = options.mangle ?? ((bytes: Uint8Array) => [bytes]);
  const context = new TestContext(test.version, { target, transcript, mangle }, options.unique);
  try {
    await test.run(context);
    return { test, verdict: 'pass', detail: undefined, choices: context.choices, transcript };
  } catch (error) {
    const verdict = verdictOf(error);
    const detail = error instanceof Error ? error.message : String(error);
    return { test, verdict, detail, choices: context.choices, transcript };
  } finally {
    context.cleanUp();
  }
}

/** Runs a test against a broken broker: it must fail. */
export async function runMutant(
  test: ConformanceTest,
  mutant: Mutant,
  target: Target,
  options: RunTestOptions,
): Promise<{ readonly mutant: Mutant; readonly killed: boolean; readonly result: TestResult }> {
  const result = await runTest(test, mutatedTarget(target, mutant), options);
  return { mutant, killed: result.verdict === 'fail', result };
}

function verdictOf(error: unknown): Verdict {
  if (error instanceof ConformanceFailure) return 'fail';
  if (error instanceof NotApplicable) return 'skipped';
  if (error instanceof Inconclusive) return 'inconclusive';
  throw error;
}
