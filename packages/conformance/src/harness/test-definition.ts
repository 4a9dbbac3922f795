import type { ProtocolVersion } from '@skua/codec';
import type { StatementId } from '../statements/statement.ts';
import type { Mutant } from './mutant.ts';
import type { ProfileName } from './profile.ts';
import type { TestContext } from './test-context.ts';

/** One test: the statements that it checks, how, and the broken brokers that it must catch. */
export interface ConformanceTest {
  /** Unique, readable and stable: `connect/second-connect-5`. */
  readonly id: string;
  /** What the broker must do, in our words. */
  readonly title: string;
  readonly version: ProtocolVersion;
  /** The statements that this test covers. */
  readonly statements: readonly StatementId[];
  readonly profile: ProfileName;
  /** Throws ConformanceFailure, NotApplicable or Inconclusive; returning is a pass. */
  readonly run: (test: TestContext) => Promise<void>;
  /** Brokers that break the rule. Each must make the test fail, and every statement of the test needs one. */
  readonly mutants: readonly Mutant[];
}

/** What the author of a test writes; the rest has defaults. */
export interface TestDeclaration {
  readonly id: string;
  readonly title: string;
  readonly statements: readonly StatementId[];
  /** 5 unless given. Statements of 3.1.1 are tested with 4. */
  readonly version?: ProtocolVersion;
  readonly profile?: ProfileName;
  readonly run: (test: TestContext) => Promise<void>;
  readonly mutants: readonly Mutant[];
}

/** Completes a declaration. */
export function defineTest(declaration: TestDeclaration): ConformanceTest {
  return { version: 5, profile: 'default', ...declaration };
}
