import { readFileSync } from 'node:fs';
import { dialTcp, dialTls, dialUnix, dialWebSocket } from '@skua/transport-node';
import { UsageError } from '../command-line/usage-error.ts';
import { parseServerUrl } from './server-url.ts';

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
 * @throws {UsageError} when it is none of these, and when the file cannot be read.
 */
export function dialUrl(url: string, options: DialUrlOptions = {}): Dial {
  const tls = {
    ...(options.caFile === undefined ? {} : { ca: readAuthorities(options.caFile) }),
    ...(options.insecure === true ? { dangerouslyAcceptAnyCertificate: true } : {}),
  };
  const { scheme, host, port, path } = parseServerUrl(url);
  switch (scheme) {
    case 'mqtt':
      return () => dialTcp({ host, port: port ?? 1883 });
    case 'mqtts':
      return () => dialTls({ host, port: port ?? 8883, ...tls });
    case 'ws':
    case 'wss':
      return () => dialWebSocket({ url, ...tls });
    case 'unix':
    default:
      return () => dialUnix({ path });
  }
}

function readAuthorities(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`--cafile: ${String(error instanceof Error ? error.message : error)}.`);
  }
}
