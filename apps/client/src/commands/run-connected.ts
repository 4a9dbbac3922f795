import type { ConnectionSettings } from '../connection/connection-settings.ts';
import { ConnectionFailedError } from '../connection/connection-failed-error.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Runs the connected part of a command: what goes wrong there is one sentence and an exit code, unless it is a fault of ours. */
export async function runConnected(
  settings: Pick<ConnectionSettings, 'quiet' | 'debug'>,
  terminal: Terminal,
  work: () => Promise<number>,
): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    if (!settings.quiet) {
      const stack = settings.debug && error instanceof Error ? `\n${error.stack ?? ''}` : '';
      terminal.writeError(`Error: ${failure.sentence}${stack}\n`);
    }
    return failure.exitCode;
  }
}

function failureOf(error: unknown): { readonly sentence: string; readonly exitCode: number } | undefined {
  if (error instanceof ConnectionFailedError) return { sentence: error.message, exitCode: error.exitCode };
  if (!(error instanceof Error)) return undefined;
  const limit: unknown = Reflect.get(error, 'limit');
  if (error.name === 'LimitError' && typeof limit === 'string') {
    return { sentence: sentence(error.message), exitCode: LIMIT_CODES[limit] ?? 1 };
  }
  if (error.name === 'EncodeError' || error.name === 'TopicError')
    return { sentence: sentence(error.message), exitCode: 1 };
  const reasonCode: unknown = Reflect.get(error, 'reasonCode');
  if (OF_THE_CLIENT.has(error.name)) {
    return {
      sentence: sentence(error.message),
      exitCode: typeof reasonCode === 'number' && reasonCode > 0 ? reasonCode : 7,
    };
  }
  return undefined;
}

function sentence(message: string): string {
  return message.endsWith('.') ? message : `${message}.`;
}

const OF_THE_CLIENT: ReadonlySet<string> = new Set([
  'ConnectError',
  'DisconnectedError',
  'ClosedError',
  'SubscribeRefusedError',
  'PublishRefusedError',
  'MessageExpiredError',
  'SessionLostError',
  'TimeoutError',
]);

/** mosquitto's numbers for what a server does not support. */
const LIMIT_CODES: Readonly<Record<string, number>> = {
  'Maximum QoS': 24,
  'Maximum Packet Size': 25,
  'Retain Available': 28,
};
