import { readFile } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { StoreError, type Store } from '@skua/store';
import {
  exportRecords,
  formatLines,
  importRecords,
  InterchangeError,
  parseLines,
  readMosquittoDatabase,
  type RecordCounts,
  type StoreRecord,
} from '@skua/store/interchange';
import { DEFAULT_CONFIGURATION } from '../configuration/configuration.ts';
import { loadConfiguration, reasonOf } from '../configuration/load-configuration.ts';
import { ExitCode } from '../exit-code.ts';
import { escapeControls } from '../log.ts';
import { storeDirectory } from '../open-store.ts';
import { readLines, writeLines } from './line-stream.ts';
import { STORE_HELP, type StoreChoice, type StoreCommand } from './store-arguments.ts';
import type { StoreFiles } from './store-files.ts';

/**
 * Does what `skua-broker store …` asks for. What goes wrong is a sentence on stderr.
 *
 * @returns The exit code.
 * @throws {@link ConfigurationError} when the configuration file that says where the store is cannot be used.
 */
export async function runStoreCommand(
  command: StoreCommand,
  files: StoreFiles,
  output: StoreOutput = process,
): Promise<StoreExitCode> {
  if (command.kind === 'help') {
    output.stdout.write(STORE_HELP);
    return ExitCode.success;
  }
  const folder = storeFolder(command);
  try {
    return await runIn(folder, command, files, output);
  } catch (error) {
    if (!isExpected(error)) throw error;
    complain(output, error.message);
    return ExitCode.failure;
  }
}

/** Where the results go, and what went wrong. */
export interface StoreOutput {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** How the program ends: done, or not done. */
export type StoreExitCode = typeof ExitCode.success | typeof ExitCode.failure;

async function runIn(
  folder: string,
  command: Exclude<StoreCommand, { kind: 'help' }>,
  files: StoreFiles,
  output: StoreOutput,
): Promise<StoreExitCode> {
  switch (command.kind) {
    case 'info':
      for (const line of await files.describe(folder)) say(output, line);
      return ExitCode.success;
    case 'verify': {
      const problems = await files.verify(folder);
      for (const problem of problems) complain(output, problem);
      if (problems.length > 0) return ExitCode.failure;
      say(output, `${folder}: the store is whole.`);
      return ExitCode.success;
    }
    case 'export':
      await using(await files.open(folder, 'existing'), (store) => exportTo(command.output, store, output));
      return ExitCode.success;
    case 'import':
      await importFrom(command.input, command.form, () => files.open(folder, 'create'), output);
      return ExitCode.success;
    case 'compact': {
      const { before, after } = await files.compact(folder);
      say(output, `${folder}: ${before} bytes before, ${after} bytes after.`);
      return ExitCode.success;
    }
    case 'backup':
    default:
      say(output, `${command.folder}: ${await files.backup(folder, command.folder)} bytes written.`);
      return ExitCode.success;
  }
}

/** The folder of the store that the arguments choose: the same one as the broker's. */
function storeFolder({ location, configurationFile }: StoreChoice): string {
  if (location !== undefined) return location;
  return storeDirectory(configurationFile === undefined ? DEFAULT_CONFIGURATION : loadConfiguration(configurationFile));
}

async function exportTo(file: string | undefined, store: Store, output: StoreOutput): Promise<void> {
  try {
    await writeLines(formatLines(exportRecords(store), Date.now()), file ?? output.stdout);
  } catch (error) {
    throw file === undefined ? error : namedFailure(file, 'written', error);
  }
}

async function importFrom(
  input: string,
  form: 'lines' | 'mosquitto',
  open: () => Promise<Store>,
  output: StoreOutput,
): Promise<void> {
  const read = form === 'lines' ? lineSource(input) : await mosquittoSource(input);
  try {
    // Nothing is changed when the file is wrong further down.
    await importRecords(NOWHERE, read.records());
  } catch (error) {
    throw namedFailure(input, 'read', error);
  }
  await using(await open(), async (store) => {
    const counts = await importRecords(store, read.records());
    say(output, `${input}: ${inWords(counts)} imported.`);
  });
  for (const note of read.notes) say(output, `Note: ${note}`);
}

interface RecordSource {
  /** The records, each time from the beginning. */
  readonly records: () => Iterable<StoreRecord> | AsyncIterable<StoreRecord>;
  readonly notes: readonly string[];
}

function lineSource(path: string): RecordSource {
  return { records: () => parseLines(readLines(path)), notes: [] };
}

async function mosquittoSource(path: string): Promise<RecordSource> {
  try {
    const { records, notes } = readMosquittoDatabase(await readFile(path), Date.now());
    const all = [...records];
    return { records: () => all, notes };
  } catch (error) {
    throw namedFailure(path, 'read', error);
  }
}

/** Takes everything and keeps nothing. */
const NOWHERE: Pick<Store, 'load' | 'append'> = {
  load: () => Promise.resolve({ nextIdentifier: 1, retained: [], sessions: [] }),
  append: () => Promise.resolve(),
};

async function using(store: Store, work: (store: Store) => Promise<void>): Promise<void> {
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

function inWords({ sessions, messages, deliveries, retained }: Readonly<RecordCounts>): string {
  return `${sessions} sessions, ${deliveries} waiting messages (${messages} different ones) and ${retained} retained messages`;
}

function say({ stdout }: StoreOutput, text: string): void {
  stdout.write(`${escapeControls(text)}\n`);
}

function complain({ stderr }: StoreOutput, text: string): void {
  stderr.write(`Error: ${escapeControls(text)}\n`);
}

/** Something that went wrong with a file of the user's, as one sentence. */
class FileFailure extends Error {
  override readonly name = 'FileFailure';
}

function namedFailure(path: string, what: 'read' | 'written', error: unknown): unknown {
  if (error instanceof InterchangeError) return new FileFailure(`${path}: ${error.message}`, { cause: error });
  if (!(error instanceof Error && 'code' in error) || error instanceof StoreError) return error;
  return new FileFailure(`${path} cannot be ${what}: ${reasonOf(error)}`, { cause: error });
}

function isExpected(error: unknown): error is Error {
  return error instanceof FileFailure || error instanceof StoreError || error instanceof InterchangeError;
}
