import type { Encodable, ProtocolVersion, UserProperty, Will } from '@skua/codec';
import type { QueueOptions } from './publish-queue.ts';
import type { ReconnectOptions } from './reconnect-schedule.ts';

/** Everything that the engine is told once, nothing left out. */
export interface EngineOptions {
  /** What `dial` is given, tried in turn; at least one. */
  readonly servers: readonly string[];
  readonly protocolVersion: ProtocolVersion;
  /** The version to go to when the server does not speak the first; undefined: none. */
  readonly fallbackVersion: ProtocolVersion | undefined;
  readonly clientIdentifier: string;
  /** Whether the first connection begins a new session. */
  readonly cleanStart: boolean;
  /** Seconds. */
  readonly sessionExpiryInterval: number;
  /** Whether `sessionExpiryInterval` is the application's wish: then the session outlives the client. */
  readonly keepsSession: boolean;
  /** Seconds, 0 to 65,535. */
  readonly keepAlive: number;
  /** 1 to 65,535. */
  readonly receiveMaximum: number;
  /** Bytes, 1 or more. */
  readonly maximumPacketSize: number;
  /** 0 to 65,535. */
  readonly topicAliasMaximum: number;
  readonly will: Encodable<Will> | undefined;
  readonly userProperties: readonly UserProperty[] | undefined;
  readonly requestResponseInformation: boolean;
  readonly requestProblemInformation: boolean;
  readonly authenticationMethod: string | undefined;
  /** Milliseconds from the start of an attempt to CONNACK, above 0. */
  readonly connectTimeoutMs: number;
  /** Undefined: no attempt after the first connection is lost. */
  readonly reconnect: ReconnectOptions | undefined;
  /** Whether this error ends all attempts. */
  readonly isTerminal: (error: Error) => boolean;
  readonly followServerReference: boolean;
  readonly queue: QueueOptions;
  readonly whenSessionIsLost: 'rejectQos2' | 'republish';
  /** Topic Aliases set on our own account; 0: none. */
  readonly automaticTopicAliases: number;
  /** Topic Filters in one SUBSCRIBE that restores subscriptions, 1 or more. */
  readonly restoreBatchMax: number;
  /** Packets that are remembered, 1 or more. */
  readonly packetsRemembered: number;
  /** Whether what must survive is given to `append`. */
  readonly isStoring: boolean;
  /** Numbers from 0 (included) to 1 (excluded). */
  readonly random: () => number;
}
