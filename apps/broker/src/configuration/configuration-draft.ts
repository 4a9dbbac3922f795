import type { LogDestination, LogType } from '../log.ts';
import {
  DEFAULT_CONFIGURATION,
  DEFAULT_PORT,
  type Configuration,
  type ListenerAddress,
  type ListenerConfiguration,
} from './configuration.ts';

/** A configuration while its file is read: what the directives of the table write to. */
export interface ConfigurationDraft {
  readonly general: GeneralDraft;
  /** One for each `listener` line. */
  readonly listeners: ListenerDraft[];
  /** Takes listener options that come before the first `listener`, and `port` and `bind_address` wherever they are. */
  readonly implicit: ListenerDraft;
  /** The line of each general directive. */
  readonly lines: Map<string, number>;
}

/** The first `log_type` and the first `log_dest` replace the defaults, so until then there is nothing to add to. */
type GeneralDraft = {
  -readonly [Key in Exclude<keyof Configuration, 'listeners' | 'lines' | LogKey>]: Configuration[Key];
} & { logTypes: Set<LogType> | undefined; logDestinations: LogDestination[] | undefined };

type LogKey = 'logTypes' | 'logDestinations';

/** A listener while its lines are read. */
export interface ListenerDraft {
  /** undefined: the value of its `listener` line was wrong, which has been reported. */
  address: ListenerAddress | undefined;
  protocol: ListenerConfiguration['protocol'];
  certfile: string | undefined;
  keyfile: string | undefined;
  cafile: string | undefined;
  requireCertificate: boolean;
  acknowledgement: ListenerConfiguration['acknowledgement'];
  /** The line of each directive bound to this listener. */
  readonly lines: Map<string, number>;
}

/** A draft with the defaults. */
export function emptyDraft(): ConfigurationDraft {
  const { listeners: _listeners, lines: _lines, ...general } = DEFAULT_CONFIGURATION;
  return {
    general: { ...general, logTypes: undefined, logDestinations: undefined },
    listeners: [],
    implicit: listenerDraft({ kind: 'tcp', host: undefined, port: DEFAULT_PORT }),
    lines: new Map(),
  };
}

/** A listener with the defaults. */
export function listenerDraft(address: ListenerAddress | undefined): ListenerDraft {
  return {
    address,
    protocol: 'mqtt',
    certfile: undefined,
    keyfile: undefined,
    cafile: undefined,
    requireCertificate: false,
    acknowledgement: undefined,
    lines: new Map(),
  };
}

/** The listener that listener options bind to at this point of the file: the last one, or the implicit one. */
export function currentListener(draft: ConfigurationDraft): ListenerDraft {
  return draft.listeners.at(-1) ?? draft.implicit;
}
