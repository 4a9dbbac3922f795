import { dialTcp, dialTls, dialUnix, dialWebSocket, type DialTlsOptions } from '@skua/transport-node';
import type { Dial } from '../driver.ts';

/** Settings of TLS, for `mqtts:`, `tls:` and `wss:`. */
export type TlsSettings = Pick<
  DialTlsOptions,
  'ca' | 'cert' | 'key' | 'passphrase' | 'serverName' | 'dangerouslyAcceptAnyCertificate'
>;

/** Settings of {@link nodeDial}. */
export interface NodeDialOptions {
  readonly tls?: TlsSettings;
  /** Headers of the HTTP request of a WebSocket. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What a WebSocket offers to the server; `['mqtt']` unless given. */
  readonly subprotocols?: readonly string[];
}

/**
 * Dials servers by URL: `mqtt:` or `tcp:` (port 1883), `mqtts:` or `tls:` (8883), `ws:`, `wss:`, and `unix:/path`.
 *
 * The dial function rejects with TypeError for a URL that is none of these.
 */
export function nodeDial({ tls = {}, headers, subprotocols }: NodeDialOptions = {}): Dial {
  return async (server, { signal }) => {
    if (server.startsWith(UNIX_SCHEME)) return await dialUnix({ path: server.slice(UNIX_SCHEME.length), signal });
    const { protocol, hostname, port } = parseServer(server);
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    switch (protocol) {
      case 'mqtt:':
      case 'tcp:':
        return await dialTcp({ host, port: port === '' ? 1883 : Number(port), signal });
      case 'mqtts:':
      case 'tls:':
        return await dialTls({ ...tls, host, port: port === '' ? 8883 : Number(port), signal });
      case 'ws:':
      case 'wss:':
        return await dialWebSocket({
          ...tls,
          url: withoutUserInformation(server),
          ...(headers === undefined ? {} : { headers }),
          ...(subprotocols === undefined ? {} : { subprotocols }),
          signal,
        });
      default:
        throw schemeError(server);
    }
  };
}

/** Reads a server's URL. @throws TypeError that says what is allowed */
export function parseServer(server: string): URL {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || !SCHEMES.has(url.protocol)) throw schemeError(server);
  return url;
}

function withoutUserInformation(server: string): string {
  const url = new URL(server);
  url.username = '';
  url.password = '';
  return url.href;
}

function schemeError(server: string): TypeError {
  return new TypeError(
    `${JSON.stringify(server)} is no server; allowed: mqtt://, mqtts://, ws:// or wss:// and a host, or unix: and a path`,
  );
}

const UNIX_SCHEME = 'unix:';
const SCHEMES: ReadonlySet<string> = new Set(['mqtt:', 'tcp:', 'mqtts:', 'tls:', 'ws:', 'wss:', 'unix:']);
