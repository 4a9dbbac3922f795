import { UsageError } from '../command-line/usage-error.ts';
import type { ProxySettings } from './connection-settings.ts';

/**
 * Reads `socks5h://[user[:password]@]host[:port]`. In user name and password `%25`, `%3A` and `%40` stand for `%`, `:` and
 * `@`, as any other percent-encoding.
 *
 * @throws {UsageError}
 */
export function parseProxy(text: string): ProxySettings {
  const [, user, password, bracketed, plain, port] =
    /^socks5h?:\/\/(?:([^:@]+)(?::([^@]*))?@)?(?:\[([^\]]+)\]|([^:@/]+))(?::(\d+))?\/?$/i.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) {
    throw new UsageError(`--proxy: found "${text}"; allowed: socks5h://[user[:password]@]host[:port].`);
  }
  const number = port === undefined ? DEFAULT_PORT : Number(port);
  if (number < 1 || number > 65_535) throw new UsageError(`--proxy: found the port ${port}; allowed: 1 to 65535.`);
  return { host, port: number, userName: decoded(user), password: decoded(password) };
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    throw new UsageError(`--proxy: "${text}" has a % that encodes nothing; write %25 for it.`);
  }
}

const DEFAULT_PORT = 1080;
