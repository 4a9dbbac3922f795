import { constants } from 'node:os';
import { ExitCode } from './exit-code.ts';
import type { Log } from './log.ts';

/**
 * Ends the process on SIGTERM and SIGINT: the first one closes the broker and ends with 0, a second one ends at once.
 * The signals by which mosquitto is asked for something else are answered in the log and do nothing; without that
 * SIGHUP and SIGUSR2 would end the process, and SIGUSR1 open Node's debugger.
 */
export function handleSignals(log: Log, close: () => Promise<void>): void {
  let closing = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (closing) process.exit(FIRST_SIGNAL_CODE + constants.signals[signal]);
      closing = true;
      log.write('information', `${signal}: closing all connections`);
      close().then(
        () => {
          log.write('information', 'skua-broker terminated');
          log.close();
          process.exit(ExitCode.success);
        },
        (error: unknown) => {
          throw error;
        },
      );
    });
  }
  for (const [signal, text] of IGNORED_SIGNALS) {
    process.on(signal, () => log.write('notice', `${signal}: ${text}`));
  }
}

const IGNORED_SIGNALS: readonly (readonly [NodeJS.Signals, string])[] = [
  ['SIGHUP', 'the configuration is read at the start only; restart the broker to apply changes'],
  ['SIGUSR1', 'there is nothing to save, with persistence true every change is stored at once'],
  ['SIGUSR2', 'the subscriptions are not printed'],
];

/** By convention a process that a signal ended has this much more than its number as exit code. */
const FIRST_SIGNAL_CODE = 128;
