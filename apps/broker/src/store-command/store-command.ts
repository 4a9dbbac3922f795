import { LMDB_FILES } from './lmdb-files.ts';
import { runStoreCommand } from './run-store-command.ts';
import { parseStoreArguments } from './store-arguments.ts';

/**
 * `skua-broker store …`, whole.
 *
 * @param argv - The arguments behind `store`.
 * @throws {@link UsageError}, {@link ConfigurationError}
 */
export async function storeCommand(argv: readonly string[]): Promise<void> {
  process.exitCode = await runStoreCommand(parseStoreArguments(argv), LMDB_FILES);
}
