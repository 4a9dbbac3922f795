import type { Acknowledgement, BrokerOptions } from '@skua/broker';
import { DEFAULT_LOG_TYPES, type LogDestination, type LogType } from '../log.ts';

/** What a configuration file says, in types. Values that the file leaves out have their defaults. */
export interface Configuration {
  /** undefined: not said, so it follows from whether there is a listener. */
  readonly allowAnonymous: boolean | undefined;
  /** QoS 1 and 2 messages under way to one client at a time; 0: no limit. */
  readonly maxInflightMessages: number;
  /** QoS 1 and 2 messages waiting for one client beyond those in flight; 0: no limit. */
  readonly maxQueuedMessages: number;
  /** Bytes of a whole MQTT packet. */
  readonly maxPacketSize: number;
  /** Seconds; 0: no limit. */
  readonly maxKeepalive: number;
  /** Whether sessions and retained messages should outlive the process. */
  readonly persistence: boolean;
  /** Name of mosquitto's file with them. */
  readonly persistenceFile: string;
  /** Folder of that file, and of the store unless that has a place of its own. */
  readonly persistenceLocation: string;
  /** Folder of the store; undefined: one in `persistenceLocation`. */
  readonly store: string | undefined;
  /** Whether acknowledgements wait for the store, where a listener does not say otherwise. */
  readonly acknowledgement: Acknowledgement;
  /** Topic Filters: what matches one is acknowledged before the store has it. */
  readonly relaxedTopics: readonly string[];
  /** Milliseconds that changes for which nobody waits may gather. */
  readonly storeFlushInterval: number;
  /** What becomes of messages that the store would have to keep while it takes nothing. */
  readonly storeFailure: BrokerOptions['publishWhileStoreUnwell'];
  /** Seconds after which the session of an absent client ends at the latest; undefined: never. */
  readonly persistentClientExpiration: number | undefined;
  /** Which kinds of log lines are written. */
  readonly logTypes: ReadonlySet<LogType>;
  /** Where they are written; empty: nowhere. */
  readonly logDestinations: readonly LogDestination[];
  /** In the order of the file, the implicit one last; empty: this machine only, on the default port. */
  readonly listeners: readonly ListenerConfiguration[];
  /** The line of each directive that binds to no listener, for messages about its value. */
  readonly lines: ReadonlyMap<string, number>;
}

/** Where a listener listens. `host` undefined: all interfaces. Port 0: one that the system picks. */
export type ListenerAddress =
  | { readonly kind: 'tcp'; readonly host: string | undefined; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** One listener with the options that the file binds to it. */
export interface ListenerConfiguration {
  readonly address: ListenerAddress;
  readonly protocol: 'mqtt' | 'websockets';
  /** undefined: not encrypted. */
  readonly tls: TlsConfiguration | undefined;
  /** Whether acknowledgements wait for the store; undefined: as for the whole broker. */
  readonly acknowledgement: Acknowledgement | undefined;
  /** True when no `listener` line opened it, but a listener option before the first of them did. */
  readonly implicit: boolean;
  /** The line of each directive of this listener, for messages about its value. */
  readonly lines: ReadonlyMap<string, number>;
}

/** Paths of the PEM files of a listener, as the configuration has them. */
export interface TlsConfiguration {
  readonly certfile: string;
  readonly keyfile: string;
  readonly cafile: string | undefined;
  /** Whether a client must show a certificate that one of the authorities in `cafile` signed. */
  readonly requireCertificate: boolean;
}

/** The registered port of MQTT. */
export const DEFAULT_PORT = 1883;

/** What holds without a configuration file. */
export const DEFAULT_CONFIGURATION: Configuration = {
  allowAnonymous: undefined,
  maxInflightMessages: 1000,
  maxQueuedMessages: 1000,
  maxPacketSize: 2_000_000,
  maxKeepalive: 0,
  persistence: false,
  persistenceFile: 'mosquitto.db',
  persistenceLocation: '.',
  store: undefined,
  acknowledgement: 'durable',
  relaxedTopics: [],
  storeFlushInterval: 100,
  storeFailure: 'pause',
  persistentClientExpiration: undefined,
  logTypes: DEFAULT_LOG_TYPES,
  logDestinations: [{ kind: 'stderr' }],
  listeners: [],
  lines: new Map(),
};
