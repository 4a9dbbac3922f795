import { readFileSync } from 'node:fs';
import { dialTcp, dialTls, dialUnix, dialWebSocket } from '@skua/transport-node';

/** How a URL is dialled. */
export interface DialUrlOptions {
  /** A PEM file with the authorities that may have issued the server's certificate; the system's when absent. */
  readonly caFile?: string | undefined;
  /** Accepts any certificate. */
  readonly insecure?: boolean | undefined;
}

/** What {@link dialUrl} gives: the transport of `@skua/transport-node`. */
export type Dial = () => ReturnType<typeof dialTcp>;

/**
 * How to open connections to a broker.
 *
 * @param url - `mqtt://host[:1883]`, `mqtts://host[:8883]`, `ws://…`, `wss://…` or `unix:/path`.
 * @throws {RangeError} when it is none of these.
 */
export function dialUrl(url: string, options: DialUrlOptions = {}): Dial {
  const tls = {
    ...(options.caFile === undefined ? {} : { ca: readFileSync(options.caFile) }),
    ...(options.insecure === true ? { dangerouslyAcceptAnyCertificate: true } : {}),
  };
  const { protocol, hostname, port, pathname } = parse(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  switch (protocol) {
    case 'mqtt:':
      return () => dialTcp({ host, port: port === '' ? 1883 : Number(port) });
    case 'mqtts:':
      return () => dialTls({ host, port: port === '' ? 8883 : Number(port), ...tls });
    case 'ws:':
    case 'wss:':
      return () => dialWebSocket({ url, ...tls });
    case 'unix:':
      return () => dialUnix({ path: pathname });
    default:
      throw new RangeError(`${url} begins with ${protocol}; allowed: mqtt:, mqtts:, ws:, wss:, unix:`);
  }
}

function parse(url: string): URL {
  try {
    return new URL(url);
  } catch (error) {
    throw new RangeError(`${url} is not a URL; try mqtt://127.0.0.1:1883`, { cause: error });
  }
}
