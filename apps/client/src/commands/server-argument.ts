import type { OptionGroup } from '../command-line/option.ts';
import { parseOptions } from '../command-line/parse-options.ts';
import { NETWORK_OPTIONS, SESSION_OPTIONS, TALK_OPTIONS } from '../connection/connection-options.ts';
import { checkConnection, type ConnectionSettings } from '../connection/connection-settings.ts';
import { parseServerUrl } from '../connection/server-url.ts';
import { TLS_OPTIONS } from '../connection/tls-options.ts';
import { optionsOf } from './read-settings.ts';
import { applyUrl } from './url-option.ts';

/** The options of every command that takes the server as a URL, behind its own. */
export const SERVER_GROUPS: readonly OptionGroup<ConnectionSettings>[] = [
  NETWORK_OPTIONS,
  SESSION_OPTIONS,
  TLS_OPTIONS,
  TALK_OPTIONS,
];

/**
 * Reads options and arguments of which one may be the URL of the server: `mqtt://host[:port]`, `mqtts://`, `ws://host/path`,
 * `wss://` or `unix:/path`.
 *
 * @returns the other arguments.
 * @throws {UsageError}
 */
export function readServerSettings<S extends ConnectionSettings>(
  argv: readonly string[],
  groups: readonly OptionGroup<S>[],
  settings: S,
): readonly string[] {
  const words = parseOptions(argv, optionsOf(groups), settings);
  const place = words.findIndex((word) => URL_START.test(word));
  const url = words[place];
  if (url !== undefined) {
    const parsed = parseServerUrl(url);
    const isWebSocket = parsed.scheme === 'ws' || parsed.scheme === 'wss';
    applyUrl(settings, parsed, isWebSocket ? { plain: 80, encrypted: 443 } : { plain: 1883, encrypted: 8883 });
    if (isWebSocket && parsed.path !== '') settings.webSocketPath = parsed.path;
  }
  checkConnection(settings);
  return words.filter((_, index) => index !== place);
}

const URL_START = /^(?:[a-z0-9+]+:\/\/|unix:)/i;
