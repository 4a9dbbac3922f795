import { call, type CallOptions } from './call.ts';
import { surroundings, type ClientOptions, type DialOptions } from './client-options.ts';
import { Client } from './client.ts';

/** What `connect` takes beside the options of the client. */
export interface ConnectOptions extends CallOptions {
  /** How many rounds over all servers may fail before it gives up, 1 or more; 1 unless given. */
  readonly attempts?: number;
}

/**
 * Makes a client, which begins to connect at once and goes on until it is closed. What is published and subscribed before
 * it is connected waits.
 *
 * @throws RangeError | TypeError when an option is out of its range
 */
export function createClient(options: ClientOptions & DialOptions): Client {
  return new Client(options);
}

/**
 * Makes a client and waits until it is connected. Rejected, with nothing left behind, when every server has failed
 * `attempts` times (ConnectError), for a reason that another attempt would not mend, after `timeout`, or by `signal`.
 */
export async function connect(options: ClientOptions & DialOptions & ConnectOptions): Promise<Client> {
  const { attempts = 1, signal, timeout, ...rest } = options;
  const client = createClient(rest);
  try {
    await call<void>({ signal, timeout }, surroundings(rest).clock, (resolve, reject) => {
      const off = client.on('state', (state) => {
        if (state.status === 'connected') resolve();
        else if (state.status === 'closed') reject(state.cause ?? new Error('The client was closed.'));
        else if (state.status === 'waiting' && client.failedRounds >= attempts) reject(state.cause);
        else return;
        off();
      });
    });
  } catch (error) {
    client.destroy();
    throw error;
  }
  return client;
}
