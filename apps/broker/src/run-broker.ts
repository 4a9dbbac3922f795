import { StoreError } from '@skua/store';
import { ListenError } from '@skua/transport';
import { ExitCode } from './exit-code.ts';
import type { Log } from './log.ts';
import { handleSignals } from './signals.ts';
import { startBroker, type BrokerSetup, type RunningBroker } from './start-broker.ts';
import { tryCommand } from './try-command.ts';
import { programVersion } from './version.ts';

/**
 * Runs the broker until a signal ends it, and the process with it.
 *
 * @returns when it listens, or when it could not and the exit code of the process says so.
 */
export async function runBroker(setup: BrokerSetup): Promise<void> {
  const { log } = setup;
  endOnDefect(log);
  const version = programVersion();
  log.write('information', `skua-broker version ${version} starting`);
  const starting = startBroker(setup);
  handleSignals(log, async () => (await starting).close());
  let broker: RunningBroker;
  try {
    broker = await starting;
  } catch (error) {
    if (!(error instanceof ListenError || error instanceof StoreError)) throw error;
    writeFailure(log, `Error: ${error.message}`);
    process.exitCode = ExitCode.failure;
    return;
  }
  for (const { url } of broker.addresses) log.write('information', `Listening on ${url}`);
  const command = tryCommand(broker.addresses, setup.configuration.listeners[0]?.tls?.cafile);
  if (command !== undefined && broker.anonymousAllowed) log.write('information', `Try: ${command}`);
  log.write('information', `skua-broker version ${version} running`);
}

/** A state that nobody foresaw is not one to go on from: whoever supervises the process starts it again. */
function endOnDefect(log: Log): void {
  process.on('uncaughtException', (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    writeFailure(log, 'Error: defect in the broker, which ends now.');
    for (const line of text.split('\n')) writeFailure(log, line);
    process.exit(ExitCode.failure);
  });
}

/** Why the process ends is said on stderr when the log does not take it. */
function writeFailure(log: Log, text: string): void {
  if (log.writes('error')) log.write('error', text);
  else process.stderr.write(`${text}\n`);
}
