import type { ClientOptions, DialOptions } from '../client-options.ts';
import type { Client } from '../client.ts';
import { connect as connectClient, createClient as makeClient, type ConnectOptions } from '../connect.ts';
import { wakeOnPageEvents } from './page-events.ts';
import { webSocketDial } from './web-socket-dial.ts';

/** Options of a client in a browser. */
export interface WebClientOptions extends ClientOptions {
  /** What the WebSocket offers to the server; `['mqtt']` unless given. */
  readonly subprotocols?: readonly string[];
}

/**
 * Makes a client for one server or for several that are tried in turn, by URL: `ws://` or `wss://`. It checks its
 * connection when the page is shown again or the network comes back. See `createClient` of the root entry.
 */
export function createClient(server: string | readonly string[], options: WebClientOptions = {}): Client {
  const client = makeClient(webOptions(server, options));
  wakeOnPageEvents(client);
  return client;
}

/** Makes a client and waits until it is connected. See `connect` of the root entry. */
export async function connect(
  server: string | readonly string[],
  options: WebClientOptions & ConnectOptions = {},
): Promise<Client> {
  const { attempts, signal, timeout, ...rest } = options;
  const client = await connectClient({
    ...webOptions(server, rest),
    signal,
    timeout,
    ...(attempts === undefined ? {} : { attempts }),
  });
  wakeOnPageEvents(client);
  return client;
}

function webOptions(server: string | readonly string[], options: WebClientOptions): ClientOptions & DialOptions {
  const { subprotocols, ...rest } = options;
  return { ...rest, servers: typeof server === 'string' ? [server] : server, dial: webSocketDial(subprotocols) };
}
