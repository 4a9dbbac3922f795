import type { ProtocolVersion } from '@skua/codec';
import type { StatementId } from '../statements/statement.ts';
import type { ClientMutant } from './client-mutant.ts';
import type { ClientTestContext } from './client-test-context.ts';

/** One test of clients: the statements that it checks, how, and the broken clients that it must catch. */
export interface ClientTest {
  /** Unique, readable and stable: `client/keep-alive/pingreq`; those of 3.1.1 begin with `v3/`. */
  readonly id: string;
  /** What the client must do, in our words. */
  readonly title: string;
  readonly version: ProtocolVersion;
  /** The statements of this version that the test covers. */
  readonly statements: readonly StatementId[];
  /** Throws ConformanceFailure, NotApplicable, NotOffered or Inconclusive; returning is a pass. */
  readonly run: (test: ClientTestContext) => Promise<void>;
  /** Clients that break the rule. Each must make the test fail, and every statement of the test needs one. */
  readonly mutants: readonly ClientMutant[];
}

/** What the author of a test writes. */
export interface ClientTestDeclaration {
  readonly id: string;
  readonly title: string;
  /** Of both versions: the test is run in each of which there is one. */
  readonly statements: readonly StatementId[];
  readonly run: (test: ClientTestContext) => Promise<void>;
  readonly mutants: readonly ClientMutant[];
}

/** One test for each version of which the declaration names statements. Mutants that break none of a version are left out. */
export function defineClientTest(declaration: ClientTestDeclaration): readonly ClientTest[] {
  const { id, title, run } = declaration;
  return ([5, 4] as const).flatMap((version) => {
    const statements = ofVersion(declaration.statements, version);
    if (statements.length === 0) return [];
    const mutants = declaration.mutants
      .map((mutant) => ({ ...mutant, breaks: ofVersion(mutant.breaks, version) }))
      .filter(({ breaks }) => breaks.length > 0);
    return [{ id: version === 5 ? `client/${id}` : `v3/client/${id}`, title, version, statements, run, mutants }];
  });
}

function ofVersion(ids: readonly StatementId[], version: 4 | 5): readonly StatementId[] {
  return ids.filter((id) => id.startsWith('v3 ') === (version === 4));
}
