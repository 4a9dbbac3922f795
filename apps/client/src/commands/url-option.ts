import type { Option, OptionGroup } from '../command-line/option.ts';
import { UsageError } from '../command-line/usage-error.ts';
import type { ConnectionSettings } from '../connection/connection-settings.ts';
import { parseServerUrl, type ServerUrl } from '../connection/server-url.ts';

/** `-L`, whose topic goes where `-t` of the command puts it. */
export function urlOption<S extends ConnectionSettings>(addTopic: (settings: S, topic: string) => void): Option<S> {
  return {
    names: ['-L', '--url'],
    values: ['URL'],
    help:
      'Server, user, password and topic in one: mqtt[s]://[user[:password]@]host[:port]/topic, or ws[s]://. User and' +
      ' password are taken as they are written.',
    apply: (settings, [text = ''], name) => {
      const url = parseServerUrl(text);
      if (url.scheme === 'unix') throw new UsageError(`${name}: a socket is given with --unix.`);
      if (!url.path.startsWith('/')) throw new UsageError(`${name}: ${text} has no topic behind the host.`);
      // As mosquitto has it, also for WebSockets.
      applyUrl(settings, url, { plain: 1883, encrypted: 8883 });
      addTopic(settings, url.path.slice(1));
    },
  };
}

/** What a URL says of the server and the user; without a port in it one of two is taken. */
export function applyUrl(
  settings: ConnectionSettings,
  url: ServerUrl,
  ports: { readonly plain: number; readonly encrypted: number },
): void {
  const { scheme, host, port, userName, password, path } = url;
  if (scheme === 'unix') {
    settings.unixPath = path;
    return;
  }
  settings.host = host;
  settings.unixPath = undefined;
  const isEncrypted = scheme === 'mqtts' || scheme === 'wss';
  settings.port = port ?? (isEncrypted ? ports.encrypted : ports.plain);
  if (scheme === 'ws' || scheme === 'wss') settings.transport = 'websocket';
  if (isEncrypted) settings.tls.wanted = true;
  if (userName !== undefined) settings.userName = userName;
  if (password !== undefined) settings.password = password;
}

/** `-o`; its file is read before the command line. */
export const OPTIONS_FILE_OPTIONS: OptionGroup<unknown> = {
  title: 'Defaults',
  options: [
    {
      names: ['-o', '--options-file'],
      values: ['FILE'],
      help:
        'Reads options from a file first, one a line with its value, # for comments. Without it skua_COMMAND or' +
        ' mosquitto_COMMAND in $XDG_CONFIG_HOME or ~/.config is read.',
      completes: 'file',
      apply: () => {},
    },
  ],
};
