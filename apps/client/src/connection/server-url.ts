import { UsageError } from '../command-line/usage-error.ts';

/** What a URL says. */
export interface ServerUrl {
  readonly scheme: 'mqtt' | 'mqtts' | 'ws' | 'wss' | 'unix';
  readonly userName: string | undefined;
  readonly password: string | undefined;
  readonly host: string;
  readonly port: number | undefined;
  /** What stands behind the host, with its slash; empty when nothing does. For `unix` the path of the socket. */
  readonly path: string;
}

/**
 * Reads `scheme://[user[:password]@]host[:port][/path]` by hand: a topic may hold `#` and `?`, and mosquitto takes user
 * names and passwords as they are written.
 *
 * @throws {UsageError}
 */
export function parseServerUrl(text: string): ServerUrl {
  const [, found, rest = ''] = /^([a-z0-9+]+):(?:\/\/)?(.*)$/is.exec(text) ?? [];
  if (found === undefined) throw new UsageError(`"${text}" is not a URL; try mqtt://127.0.0.1:1883.`);
  const scheme = SCHEMES[found.toLowerCase()];
  if (scheme === undefined) {
    throw new UsageError(`${text} begins with ${found}:; allowed: mqtt:, mqtts:, ws:, wss:, unix:.`);
  }
  if (scheme === 'unix') {
    if (!rest.startsWith('/')) throw new UsageError(`${text} has no path; write unix:/path/to/socket.`);
    return { scheme, userName: undefined, password: undefined, host: '', port: undefined, path: rest };
  }
  const slash = rest.indexOf('/');
  const authority = slash === -1 ? rest : rest.slice(0, slash);
  const path = slash === -1 ? '' : rest.slice(slash);
  const at = authority.lastIndexOf('@');
  const user = at === -1 ? undefined : authority.slice(0, at);
  const colon = user?.indexOf(':') ?? -1;
  const { host, port } = parseHost(text, authority.slice(at + 1));
  return {
    scheme,
    userName: colon === -1 ? user : user?.slice(0, colon),
    password: colon === -1 ? undefined : user?.slice(colon + 1),
    host,
    port,
    path,
  };
}

function parseHost(url: string, text: string): { readonly host: string; readonly port: number | undefined } {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || host === '') throw new UsageError(`${url} names no host.`);
  if (digits === undefined || digits === '') return { host, port: undefined };
  const port = Number(digits);
  if (!/^\d+$/.test(digits) || port < 1 || port > 65_535) {
    throw new UsageError(`${url} has the port "${digits}"; allowed: 1 to 65535.`);
  }
  return { host, port };
}

const SCHEMES: Readonly<Record<string, ServerUrl['scheme']>> = {
  mqtt: 'mqtt',
  tcp: 'mqtt',
  mqtts: 'mqtts',
  tls: 'mqtts',
  ssl: 'mqtts',
  ws: 'ws',
  wss: 'wss',
  unix: 'unix',
};
