import { parseArgs } from 'node:util';
import { nearName } from './near-name.ts';

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  /** `argv`: what stands behind `store`. */
  | { readonly kind: 'store'; readonly argv: readonly string[] }
  | {
      readonly kind: 'run' | 'test configuration';
      /** Path of the configuration file; undefined: the defaults. */
      readonly configurationFile: string | undefined;
      /** Ports on the loopback addresses, for when the file opens no listener. 0: one that the system picks. */
      readonly ports: readonly number[];
      /** `verbose`: every kind of log line; `quiet`: none; whatever the file says. */
      readonly logging: 'as configured' | 'verbose' | 'quiet';
    };

/** The command line is wrong. The message is one sentence for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads the arguments of the program, without the names of node and of the program itself.
 *
 * @throws {@link UsageError}
 */
export function parseArguments(argv: readonly string[]): Command {
  if (argv[0] === 'store') return { kind: 'store', argv: argv.slice(1) };
  // Not strict: the sentences of strict mode name no near flag, and differ between versions of Node.
  const { tokens } = parseArgs({ args: [...argv], options: OPTIONS, strict: false, tokens: true });
  let kind: Command['kind'] = 'run';
  let configurationFile: string | undefined;
  let logging: 'as configured' | 'verbose' | 'quiet' = 'as configured';
  const ports: number[] = [];
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') throw new UsageError(unexpectedArgument(token.value));
    const { name, rawName } = token;
    // `-c -v` is a -c without its file rather than a file named -v, which `-c ./-v` and `--config-file=-v` can name.
    const value = token.inlineValue === false && token.value.startsWith('-') ? undefined : token.value;
    if (!isOption(name)) throw new UsageError(unknownOption(rawName));
    if (OPTIONS[name].type === 'boolean' && value !== undefined) throw new UsageError(`${rawName} takes no value.`);
    switch (name) {
      case 'help':
        return { kind: 'help' };
      case 'version':
        return { kind: 'version' };
      case 'test-config':
        kind = 'test configuration';
        break;
      case 'config-file':
        if (configurationFile !== undefined) throw new UsageError(`${rawName} was given twice; one file is read.`);
        configurationFile = requiredValue(rawName, value, 'the path of a file');
        break;
      case 'port':
        ports.push(portNumber(rawName, requiredValue(rawName, value, 'a port')));
        break;
      case 'verbose':
        logging = 'verbose';
        break;
      case 'quiet':
        logging = 'quiet';
        break;
    }
  }
  return { kind, configurationFile, ports, logging };
}

/** The text of `--help`. */
export const HELP = `Usage: skua-broker [-c FILE] [-p PORT]... [-v]
       skua-broker store COMMAND   (see skua-broker store --help)

An MQTT broker (5.0, 3.1.1 and 3.1) that reads mosquitto.conf. Without a file that opens a listener it listens on
127.0.0.1 and [::1], port 1883, and lets clients connect without a user name.

  -c, --config-file FILE  read this configuration, in mosquitto's syntax
  -p, --port PORT         listen on this port of the loopback addresses in place of 1883; may be repeated, and is
                          ignored when the file opens a listener; 0: a port that the system picks
  -v, --verbose           write every kind of log line, whatever the file says
  -q, --quiet             write no log lines, whatever the file says
      --test-config       check the configuration, then end: 0 when it can be used, 3 when not
      --version           print the version
  -h, --help              print this text

Exit codes: 0 ended by a signal, 1 could not listen or failed, 3 wrong arguments or configuration.
`;

const OPTIONS = {
  'config-file': { type: 'string', short: 'c' },
  port: { type: 'string', short: 'p', multiple: true },
  verbose: { type: 'boolean', short: 'v' },
  quiet: { type: 'boolean', short: 'q' },
  'test-config': { type: 'boolean' },
  version: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function isOption(name: string): name is keyof typeof OPTIONS {
  return Object.hasOwn(OPTIONS, name);
}

function unknownOption(found: string): string {
  const foreign = MOSQUITTO_FLAGS.get(found);
  if (foreign !== undefined) return `${found} of mosquitto is not supported: ${foreign}.`;
  const near = nearName(
    found,
    Object.keys(OPTIONS).map((name) => `--${name}`),
  );
  return `Unknown option ${found}${near === undefined ? '.' : `; did you mean ${near}?`} See skua-broker --help.`;
}

function unexpectedArgument(found: string): string {
  return `Unexpected argument "${found}": a configuration file is given with -c, a port with -p.`;
}

function requiredValue(option: string, value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new UsageError(`${option} needs ${what} after it.`);
  return value;
}

function portNumber(option: string, text: string): number {
  const port = Number(text);
  if (!/^[0-9]+$/.test(text) || port > 65_535) {
    throw new UsageError(`${option}: found "${text}"; allowed: a port from 0 to 65535.`);
  }
  return port;
}

const MOSQUITTO_FLAGS: ReadonlyMap<string, string> = new Map([
  ['-d', 'the broker stays in the foreground; a service manager or the shell puts it in the background'],
  ['--daemon', 'the broker stays in the foreground; a service manager or the shell puts it in the background'],
  ['--tls-keylog', 'TLS session keys are never written'],
]);
