import type { TlsListenerOptions } from '@skua/transport-node';
import { HELP, parseArguments, UsageError, type Command } from './arguments.ts';
import {
  DEFAULT_CONFIGURATION,
  type Configuration,
  type ListenerConfiguration,
} from './configuration/configuration.ts';
import { ConfigurationError } from './configuration/configuration-error.ts';
import { loadConfiguration, reasonOf } from './configuration/load-configuration.ts';
import { ExitCode } from './exit-code.ts';
import { escapeControls, LOG_TYPES, openLog, type Log, type LogType } from './log.ts';
import { runBroker } from './run-broker.ts';
import { programVersion } from './version.ts';

/**
 * The whole program: reads the arguments and the configuration, then is the broker until a signal ends it.
 *
 * @param argv - The arguments without the names of node and of the program.
 */
export async function runProgram(argv: readonly string[]): Promise<void> {
  // Whoever reads the output may go away; the broker goes on without being heard.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  try {
    await runCommand(parseArguments(argv));
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof ConfigurationError)) throw error;
    for (const line of error.message.split('\n')) process.stderr.write(`Error: ${escapeControls(line)}\n`);
    process.exitCode = ExitCode.wrongInput;
  }
}

async function runCommand(command: Command): Promise<void> {
  switch (command.kind) {
    case 'help':
      process.stdout.write(HELP);
      return;
    case 'version':
      process.stdout.write(`skua-broker version ${programVersion()}\n`);
      return;
    case 'store': {
      // Left out of the start of a broker.
      const { storeCommand } = await import('./store-command/store-command.ts');
      await storeCommand(command.argv);
      return;
    }
    case 'test configuration':
    case 'run':
    default: {
      const file = command.configurationFile;
      const configuration = file === undefined ? DEFAULT_CONFIGURATION : loadConfiguration(file);
      const tls = await loadTlsIfAny(configuration, file ?? 'the default configuration');
      if (command.kind === 'test configuration') {
        process.stdout.write(`${file ?? 'The default configuration'}: the configuration can be used.\n`);
        return;
      }
      const log = openConfiguredLog(configuration, command.logging, file ?? '');
      await runBroker({ configuration, file, tls, ports: command.ports, log });
    }
  }
}

/** `node:tls` takes 6 MiB and some milliseconds: without a listener that speaks it nothing of it is loaded. */
async function loadTlsIfAny(
  configuration: Configuration,
  file: string,
): Promise<ReadonlyMap<ListenerConfiguration, TlsListenerOptions>> {
  if (configuration.listeners.every(({ tls }) => tls === undefined)) return new Map();
  const { loadTls } = await import('./configuration/load-tls.ts');
  return loadTls(configuration, file);
}

function openConfiguredLog(
  configuration: Configuration,
  logging: 'as configured' | 'verbose' | 'quiet',
  file: string,
): Log {
  const { logDestinations } = configuration;
  try {
    return openLog(logTypes(configuration, logging), logDestinations);
  } catch (error) {
    const text = `log_dest: the file cannot be opened: ${reasonOf(error)}`;
    throw new ConfigurationError([{ file, line: configuration.lines.get('log_dest'), text }]);
  }
}

function logTypes(configuration: Configuration, logging: 'as configured' | 'verbose' | 'quiet'): ReadonlySet<LogType> {
  switch (logging) {
    case 'verbose':
      return new Set(LOG_TYPES);
    case 'quiet':
      return new Set();
    case 'as configured':
    default:
      return configuration.logTypes;
  }
}
