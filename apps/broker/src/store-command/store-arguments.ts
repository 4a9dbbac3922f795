import { parseArgs } from 'node:util';
import { nearName } from '../near-name.ts';
import { UsageError } from '../arguments.ts';

/** What `skua-broker store …` asks for. */
export type StoreCommand =
  | { readonly kind: 'help' }
  | ({ readonly kind: 'info' | 'verify' | 'compact' } & StoreChoice)
  /** `output` undefined: stdout. */
  | ({ readonly kind: 'export'; readonly output: string | undefined } & StoreChoice)
  | ({ readonly kind: 'import'; readonly input: string; readonly form: 'lines' | 'mosquitto' } & StoreChoice)
  | ({ readonly kind: 'backup'; readonly folder: string } & StoreChoice);

/** Which store. Neither of them: that of a broker without a configuration file. */
export interface StoreChoice {
  /** The folder of the store. */
  readonly location: string | undefined;
  /** A configuration file, which says where the store is. */
  readonly configurationFile: string | undefined;
}

/**
 * Reads the arguments behind `store`.
 *
 * @throws {@link UsageError}
 */
export function parseStoreArguments(argv: readonly string[]): StoreCommand {
  const { values, positionals } = parseOptions(argv);
  if (values.help === true) return { kind: 'help' };
  const [kind, ...operands] = positionals;
  if (kind === undefined) throw new UsageError(`store needs one of ${KINDS.join(', ')}. See skua-broker store --help.`);
  const known = KINDS.find((name) => name === kind);
  if (known === undefined) throw new UsageError(unknownKind(kind));
  const choice = { location: values.location, configurationFile: values['config-file'] };
  if (choice.location !== undefined && choice.configurationFile !== undefined) {
    throw new UsageError('--location and --config-file both say where the store is; give one of them.');
  }
  if (known !== 'export' && values.output !== undefined) throw new UsageError(`store ${known} takes no --output.`);
  if (known !== 'import' && values['from-mosquitto'] !== undefined) {
    throw new UsageError(`store ${known} takes no --from-mosquitto.`);
  }
  switch (known) {
    case 'info':
    case 'verify':
    case 'compact':
      takeOperands(known, operands, 0);
      return { kind: known, ...choice };
    case 'export':
      takeOperands(known, operands, 0);
      return { kind: known, output: values.output, ...choice };
    case 'import': {
      const database = values['from-mosquitto'];
      const [file] = takeOperands(known, operands, database === undefined ? 1 : 0);
      return database === undefined
        ? { kind: known, input: file ?? '', form: 'lines', ...choice }
        : { kind: known, input: database, form: 'mosquitto', ...choice };
    }
    case 'backup':
    default: {
      const [folder] = takeOperands(known, operands, 1);
      return { kind: known, folder: folder ?? '', ...choice };
    }
  }
}

/** The text of `store --help`. */
export const STORE_HELP = `Usage: skua-broker store COMMAND [-c FILE | -l FOLDER]

Works on the store in which a broker with "persistence true" keeps sessions, queues and retained messages.

  info                    what the store holds and how large it is; also while the broker runs
  verify                  read everything and say what is damaged
  export [-o FILE]        write everything as text, one JSON object a line; to stdout without -o
  import FILE             take over what export has written; the file is checked first
  import --from-mosquitto FILE
                          take over the sessions, queues and retained messages of a mosquitto.db of mosquitto 2.0
  compact                 write the store anew without the room that was freed
  backup FOLDER           write a copy of the store into another folder; also while the broker runs

  -c, --config-file FILE  the store that a broker with this configuration uses; without -c and -l: without a configuration
  -l, --location FOLDER   the store in this folder
  -o, --output FILE       where export writes
  -h, --help              print this text

import replaces the sessions and retained messages that the file has too and leaves the others; doing it again changes
nothing. verify, export, import and compact need the store for themselves: end the broker first, or work on a backup.

Exit codes: 0 done, 1 not done or damaged, 3 wrong arguments or configuration.
`;

const KINDS = ['info', 'verify', 'export', 'import', 'compact', 'backup'] as const;

interface Values {
  readonly help?: boolean;
  readonly location?: string;
  readonly 'config-file'?: string;
  readonly output?: string;
  readonly 'from-mosquitto'?: string;
}

function parseOptions(argv: readonly string[]): { readonly values: Values; readonly positionals: readonly string[] } {
  // Not strict, for the same reason as in the arguments of the program.
  const { tokens } = parseArgs({ args: [...argv], options: OPTIONS, strict: false, tokens: true });
  const values: Record<string, string | boolean> = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, inlineValue } = token;
    if (!Object.hasOwn(OPTIONS, name)) throw new UsageError(unknownOption(rawName));
    const value = inlineValue === false && token.value.startsWith('-') ? undefined : token.value;
    if (name === 'help') {
      values[name] = true;
      continue;
    }
    if (value === undefined || value === '') throw new UsageError(`${rawName} needs a path after it.`);
    if (values[name] !== undefined) throw new UsageError(`${rawName} was given twice.`);
    values[name] = value;
  }
  return { values, positionals };
}

function takeOperands(kind: string, operands: readonly string[], count: 0 | 1): readonly string[] {
  if (operands.length > count) throw new UsageError(`store ${kind}: unexpected argument "${operands[count]}".`);
  if (operands.length < count || operands[0] === '') {
    const what = kind === 'backup' ? 'the path of the folder to write' : 'the path of the file to read';
    throw new UsageError(`store ${kind} needs ${what}.`);
  }
  return operands;
}

function unknownKind(found: string): string {
  const near = nearName(found, KINDS);
  const guess = near === undefined ? `; known: ${KINDS.join(', ')}` : `; did you mean ${near}?`;
  return `Unknown command store ${found}${guess}${near === undefined ? '.' : ''}`;
}

function unknownOption(found: string): string {
  const near = nearName(
    found,
    Object.keys(OPTIONS).map((name) => `--${name}`),
  );
  return `Unknown option ${found}${near === undefined ? '.' : `; did you mean ${near}?`} See skua-broker store --help.`;
}

const OPTIONS = {
  location: { type: 'string', short: 'l' },
  'config-file': { type: 'string', short: 'c' },
  output: { type: 'string', short: 'o' },
  'from-mosquitto': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;
