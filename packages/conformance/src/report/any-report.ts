import type { ProtocolVersion } from '@skua/codec';
import type { TranscriptEntry } from '../harness/transcript.ts';
import type { LegalChoice, Verdict } from '../harness/verdict.ts';
import type { StatementId } from '../statements/statement.ts';

/** What the reports need of a run, whether brokers or clients were tested. */
export interface AnyReport {
  /** Which side was under test. */
  readonly role: 'server' | 'client';
  readonly target: string;
  readonly results: readonly AnyResult[];
  /** The broken brokers or clients; empty unless asked for. */
  readonly mutants: readonly {
    readonly test: AnyTest;
    readonly mutant: { readonly name: string; readonly breaks: readonly StatementId[] };
    readonly killed: boolean;
  }[];
}

/** One test's result. */
export interface AnyResult {
  readonly test: AnyTest;
  readonly verdict: Verdict;
  /** Why, for every verdict but 'pass'. */
  readonly detail: string | undefined;
  readonly choices: readonly LegalChoice[];
  readonly transcript: readonly TranscriptEntry[];
}

/** What is told of a test. */
export interface AnyTest {
  readonly id: string;
  readonly title: string;
  readonly version: ProtocolVersion;
  readonly statements: readonly StatementId[];
  /** The configuration that a broker was started in. */
  readonly profile?: string;
}

/** The side under test in a word. */
export function nounOf({ role }: AnyReport): 'broker' | 'client' {
  return role === 'server' ? 'broker' : 'client';
}
