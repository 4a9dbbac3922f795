import type { TranscriptEntry } from '../harness/transcript.ts';
import { ConformanceFailure, Inconclusive, NotApplicable, type LegalChoice, type Verdict } from '../harness/verdict.ts';
import { NotOffered } from './client-adapter.ts';
import type { ClientMutant, ClientMutantFilter } from './client-mutant.ts';
import type { ClientTarget } from './client-target.ts';
import { ClientTestContext } from './client-test-context.ts';
import type { ClientTest } from './client-test-definition.ts';
import { MutatedLink } from './mutated-link.ts';

/** What came of one run of one test. */
export interface ClientTestResult {
  readonly test: ClientTest;
  readonly verdict: Verdict;
  /** Why, for every verdict but 'pass'. */
  readonly detail: string | undefined;
  readonly choices: readonly LegalChoice[];
  readonly transcript: readonly TranscriptEntry[];
}

/** How a test of clients is run. */
export interface RunClientTestOptions {
  /** Cuts what the broker sends into pieces; one piece unless given. */
  readonly mangle?: (bytes: Uint8Array) => readonly Uint8Array[];
  /** Joins what the broker sends before the test waits for an answer. False unless given. */
  readonly coalesce?: boolean;
  /** Breaks the client. */
  readonly mutant?: ClientMutant;
}

/** Runs one test against a client of its own. Never throws for what the client does. */
export async function runClientTest(
  test: ClientTest,
  target: ClientTarget,
  options: RunClientTestOptions = {},
): Promise<ClientTestResult> {
  const transcript: TranscriptEntry[] = [];
  const { clock, quietMs } = target;
  const mangle = options.mangle ?? ((bytes: Uint8Array) => [bytes]);
  const context = new ClientTestContext(test.version, {
    clock,
    quietMs,
    transcript,
    mangle,
    coalesce: options.coalesce ?? false,
  });
  const filter: ClientMutantFilter | undefined = options.mutant?.create();
  const links: MutatedLink[] = [];
  const started = await target.start({
    accept: (transport) =>
      context.handleAccept(filter === undefined ? transport : new MutatedLink(transport, filter, links)),
    report: (event) => {
      for (const heard of filter?.reported?.(event) ?? [event]) context.handleReport(heard);
    },
  });
  context.setClient(started.client);
  try {
    await test.run(context);
    return { test, verdict: 'pass', detail: undefined, choices: context.choices, transcript };
  } catch (error) {
    const verdict = verdictOf(error);
    const detail = error instanceof Error ? error.message : String(error);
    return { test, verdict, detail, choices: context.choices, transcript };
  } finally {
    context.cleanUp();
    await started.stop();
  }
}

function verdictOf(error: unknown): Verdict {
  if (error instanceof ConformanceFailure) return 'fail';
  if (error instanceof NotApplicable || error instanceof NotOffered) return 'skipped';
  if (error instanceof Inconclusive) return 'inconclusive';
  throw error;
}
