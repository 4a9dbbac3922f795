import type { ClientOptions, DialOptions } from '../client-options.ts';
import type { Client } from '../client.ts';
import { connect as connectClient, createClient as makeClient, type ConnectOptions } from '../connect.ts';
import type { Dial } from '../driver.ts';
import { nodeDial, parseServer, type NodeDialOptions } from './node-dial.ts';

/** Options of a client on Node.js. */
export interface NodeClientOptions extends ClientOptions, NodeDialOptions {
  /** Opens the byte stream in place of {@link nodeDial}, as through a proxy. It is given the server's URL. */
  readonly dial?: Dial;
}

/**
 * Makes a client for one server or for several that are tried in turn, by URL: `mqtt://host`, `mqtts://`, `ws://`,
 * `wss://`, `unix:/path`. A user and password in the first URL are the credentials. See `createClient` of the root entry.
 *
 * @throws TypeError when a URL is none
 */
export function createClient(server: string | readonly string[], options: NodeClientOptions = {}): Client {
  return makeClient(nodeOptions(server, options));
}

/** Makes a client and waits until it is connected. See `connect` of the root entry. */
export async function connect(
  server: string | readonly string[],
  options: NodeClientOptions & ConnectOptions = {},
): Promise<Client> {
  const { attempts, signal, timeout, ...rest } = options;
  return await connectClient({
    ...nodeOptions(server, rest),
    signal,
    timeout,
    ...(attempts === undefined ? {} : { attempts }),
  });
}

function nodeOptions(server: string | readonly string[], options: NodeClientOptions): ClientOptions & DialOptions {
  const servers = typeof server === 'string' ? [server] : server;
  const { tls, headers, subprotocols, dial, ...rest } = options;
  const urls = dial === undefined ? servers.map(parseServer) : [];
  const [first] = urls;
  return {
    ...(first === undefined || first.username === '' ? {} : { userName: decodeURIComponent(first.username) }),
    ...(first === undefined || first.password === '' ? {} : { password: decodeURIComponent(first.password) }),
    ...rest,
    servers,
    dial:
      dial ??
      nodeDial({
        ...(tls === undefined ? {} : { tls }),
        ...(headers === undefined ? {} : { headers }),
        ...(subprotocols === undefined ? {} : { subprotocols }),
      }),
  };
}
