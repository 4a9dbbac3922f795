import type { Encodable, ProtocolVersion, QoS, UserProperty, Will, WillProperties } from '@skua/codec';
import { versionRulesFor } from '@skua/session';
import { systemClock, type Clock } from './clock.ts';
import type { Dial, DialContext } from './driver.ts';
import { ConnectError, DisconnectedError } from './engine/errors.ts';
import type { EngineOptions } from './engine/options.ts';
import type { WhenFull } from './engine/publish-queue.ts';
import type { ReceivedMessage } from './engine/received-message.ts';
import { defaultSchedule, type Schedule } from './schedule.ts';
import type { SessionStore } from './session-store.ts';
import type { Tracing } from './tracing.ts';

/** Bytes, or text that is sent as UTF-8. Bytes belong to the client until the message is acknowledged. */
export type Payload = Uint8Array | string;

/** The message that the server publishes when the client is lost. */
export interface WillMessage {
  readonly topicName: string;
  readonly payload: Payload;
  /** 0 unless given. */
  readonly qos?: QoS;
  readonly retain?: boolean;
  /** 5.0 only. */
  readonly properties?: Encodable<WillProperties>;
}

/** Who the client says it is. */
export interface Credentials {
  readonly userName?: string | undefined;
  readonly password?: Payload | undefined;
}

/**
 * Enhanced authentication (section 4.12), as SCRAM: the two sides exchange data until the server is content.
 * A function that throws ends the connection.
 */
export interface EnhancedAuthentication {
  /** The Authentication Method. */
  readonly method: string;
  /** The first data of an authentication, or of one anew. */
  start(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** The answer to data of the server. */
  continue(data: Uint8Array | undefined): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** The server is content: its last data, with which it may prove itself. */
  finish?(data: Uint8Array | undefined): void | Promise<void>;
}

/** How the client comes back after a loss. */
export interface ReconnectSettings {
  /** The first pause is between 0 and this many milliseconds; each further bound is twice the one before. 1,000 unless given. */
  readonly initialMs?: number;
  /** No pause is longer. 60,000 unless given. */
  readonly maximumMs?: number;
  /** A connection that lasted for so long was a good one: pauses begin anew. 5,000 unless given. */
  readonly stableMs?: number;
  /** Whether this error ends the client for good; {@link isTerminalByDefault} unless given. */
  readonly isTerminal?: (error: Error) => boolean;
}

/** The budgets for messages that wait. */
export interface QueueSettings {
  /** Messages; 100,000 unless given. */
  readonly messagesMax?: number;
  /** Bytes; 64 MiB unless given. */
  readonly bytesMax?: number;
  /** What happens to a message that finds the queue full; `wait` unless given. */
  readonly whenFull?: WhenFull;
  /** Whether QoS 0 messages wait for a connection; true unless given. */
  readonly qos0?: boolean;
  /** Messages that may wait for room with `wait`; 100,000 unless given. */
  readonly waitingMax?: number;
}

/** What a client is told once. Nothing of it is changed or kept in use of yours. */
export interface ClientOptions {
  /** 5 (5.0), 4 (3.1.1) or 3 (3.1); 5 unless given. */
  readonly protocolVersion?: ProtocolVersion;
  /** Whether 3.1.1 is tried when the server does not speak 5.0; false unless given. */
  readonly fallback?: boolean;
  /** Assigned by the server unless given; before 5.0 a random one. */
  readonly clientIdentifier?: string;
  /** Whether the first connection begins a new session: true unless given, false with a store. Before 5.0 it is the Clean Session of every connection. */
  readonly cleanStart?: boolean;
  /** Seconds that the session outlives a connection, 0 to 4,294,967,295. 300 unless given, and then it ends with `close`. */
  readonly sessionExpiryInterval?: number;
  /** Seconds, 0 to 65,535; 0 turns it off. 60 unless given. */
  readonly keepAlive?: number;
  /** QoS 1 and 2 messages that the server may send before they are acknowledged, 1 to 65,535; 1,000 unless given. */
  readonly receiveMaximum?: number;
  /** Bytes of the largest packet that is accepted; 16 MiB unless given. */
  readonly maximumPacketSize?: number;
  /** Topic Aliases that the server may set, 0 to 65,535; 0 unless given. */
  readonly topicAliasMaximum?: number;
  readonly will?: WillMessage;
  readonly userName?: string;
  readonly password?: Payload;
  /** Asked before every attempt, for credentials that expire. */
  readonly credentials?: (context: DialContext & { readonly server: string }) => Credentials | Promise<Credentials>;
  /** 5.0 only. */
  readonly authentication?: EnhancedAuthentication;
  /** The User Properties of CONNECT. */
  readonly userProperties?: readonly UserProperty[];
  /** False unless given. */
  readonly requestResponseInformation?: boolean;
  /** True unless given. */
  readonly requestProblemInformation?: boolean;
  /** Milliseconds for one attempt, from the first step to CONNACK; 30,000 unless given. */
  readonly connectTimeoutMs?: number;
  /** False: a connection that is lost ends the client. */
  readonly reconnect?: false | ReconnectSettings;
  /** Whether the client goes where a Server Reference sends it, with its credentials. False unless given. */
  readonly followServerReference?: boolean;
  readonly queue?: QueueSettings;
  /**
   * What becomes of QoS 2 messages under way when the server has forgotten the session: they are rejected, because they
   * may have arrived, or published again. Those of QoS 1 are always published again. `rejectQos2` unless given.
   */
  readonly whenSessionIsLost?: 'rejectQos2' | 'republish';
  /** Whether Topic Aliases are used for what is published, or how many at most. False unless given. */
  readonly automaticTopicAliases?: boolean | number;
  /** Keeps QoS 1 and 2 messages beyond the process. Give a `clientIdentifier` with it, or keep the assigned one by it. */
  readonly store?: SessionStore;
  /** Gets messages that no subscription of this client matches, as those of a session that was continued. */
  readonly onMessage?: (message: ReceivedMessage) => void | Promise<void>;
  /** Topic Filters in one SUBSCRIBE that restores subscriptions; 100 unless given. Some servers take no more than 8. */
  readonly restoreBatchMax?: number;
  /** Packets that `client.packets()` remembers; 64 unless given. */
  readonly packetsRemembered?: number;
  readonly tracing?: Tracing;
  /** Time; the platform's unless given. */
  readonly clock?: Clock;
  /** Where a turn ends. */
  readonly schedule?: Schedule;
  /** Numbers from 0 (included) to 1 (excluded); `Math.random` unless given. */
  readonly random?: () => number;
}

/** What `connect` and `createClient` of the root entry need beside. */
export interface DialOptions {
  /** Opens a byte stream to a server. */
  readonly dial: Dial;
  /** What `dial` is given, tried in turn; one empty text unless given. */
  readonly servers?: readonly string[];
}

/**
 * Whether another attempt would end the same: bad credentials, not authorized, banned, another client with our
 * identifier, an identifier or version that the server does not take, an authentication that failed.
 */
export function isTerminalByDefault(error: Error): boolean {
  const isOurs = error instanceof ConnectError || (error instanceof DisconnectedError && error.by === 'server');
  return isOurs && TERMINAL.has(error.reasonCode ?? 0);
}

/** The options of the engine: defaults filled in, ranges checked. @throws RangeError | TypeError */
export function engineOptions(options: ClientOptions & DialOptions): EngineOptions {
  const { servers = [''], queue = {}, reconnect = {}, will, fallback = false, automaticTopicAliases = false } = options;
  if (servers.length === 0) throw new TypeError('servers is empty; at least one is needed');
  const protocolVersion = options.protocolVersion ?? 5;
  const hasProperties = versionRulesFor(protocolVersion).hasProperties;
  return {
    servers,
    protocolVersion,
    fallbackVersion: fallback && hasProperties ? 4 : undefined,
    clientIdentifier: options.clientIdentifier ?? '',
    cleanStart: options.cleanStart ?? options.store === undefined,
    sessionExpiryInterval: whole('sessionExpiryInterval', options.sessionExpiryInterval ?? 300, 0, 0xffffffff),
    keepsSession: options.sessionExpiryInterval !== undefined || options.store !== undefined,
    keepAlive: whole('keepAlive', options.keepAlive ?? 60, 0, 0xffff),
    receiveMaximum: whole('receiveMaximum', options.receiveMaximum ?? 1000, 1, 0xffff),
    maximumPacketSize: whole('maximumPacketSize', options.maximumPacketSize ?? 16_777_216, 1, 0xffffffff),
    topicAliasMaximum: whole('topicAliasMaximum', options.topicAliasMaximum ?? 0, 0, 0xffff),
    will: will === undefined ? undefined : willOf(will),
    userProperties: options.userProperties,
    requestResponseInformation: options.requestResponseInformation ?? false,
    requestProblemInformation: options.requestProblemInformation ?? true,
    authenticationMethod: options.authentication?.method,
    connectTimeoutMs: whole('connectTimeoutMs', options.connectTimeoutMs ?? 30_000, 1, 2 ** 30),
    reconnect:
      reconnect === false
        ? undefined
        : {
            initialMs: whole('reconnect.initialMs', reconnect.initialMs ?? 1000, 1, 2 ** 30),
            maximumMs: whole('reconnect.maximumMs', reconnect.maximumMs ?? 60_000, 1, 2 ** 30),
            stableMs: whole('reconnect.stableMs', reconnect.stableMs ?? 5000, 0, 2 ** 30),
          },
    isTerminal: (reconnect === false ? undefined : reconnect.isTerminal) ?? isTerminalByDefault,
    followServerReference: options.followServerReference ?? false,
    queue: {
      messagesMax: budget('queue.messagesMax', queue.messagesMax ?? 100_000),
      bytesMax: budget('queue.bytesMax', queue.bytesMax ?? 67_108_864),
      whenFull: queue.whenFull ?? 'wait',
      qos0: queue.qos0 ?? true,
      waitingMax: budget('queue.waitingMax', queue.waitingMax ?? 100_000),
    },
    whenSessionIsLost: options.whenSessionIsLost ?? 'rejectQos2',
    automaticTopicAliases:
      typeof automaticTopicAliases === 'number'
        ? whole('automaticTopicAliases', automaticTopicAliases, 0, 0xffff)
        : automaticTopicAliases
          ? 0xffff
          : 0,
    restoreBatchMax: whole('restoreBatchMax', options.restoreBatchMax ?? 100, 1, 0xffff),
    packetsRemembered: whole('packetsRemembered', options.packetsRemembered ?? 64, 1, 2 ** 20),
    isStoring: options.store !== undefined,
    random: options.random ?? Math.random,
  };
}

/** Time and turns, with the platform's as defaults. */
export function surroundings({ clock = systemClock, schedule = defaultSchedule() }: ClientOptions): {
  readonly clock: Clock;
  readonly schedule: Schedule;
} {
  return { clock, schedule };
}

/** Bytes of a payload. @throws TypeError when it is neither bytes nor text */
export function payloadBytes(payload: Payload): Uint8Array {
  if (typeof payload === 'string') return textEncoder.encode(payload);
  if (payload instanceof Uint8Array) return payload;
  throw new TypeError(`the payload is ${typeof payload}; allowed: a Uint8Array or a string`);
}

function willOf({ topicName, payload, qos = 0, retain = false, properties = {} }: WillMessage): Encodable<Will> {
  return { topicName, payload: payloadBytes(payload), qos, retain, properties };
}

function whole(name: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`${name} is ${value}; allowed: whole numbers from ${min} to ${max}`);
  }
  return value;
}

function budget(name: string, value: number): number {
  if (!(value >= 0)) throw new RangeError(`${name} is ${value}; allowed: 0 or more`);
  return value;
}

const textEncoder = new TextEncoder();
const TERMINAL: ReadonlySet<number> = new Set([0x84, 0x85, 0x86, 0x87, 0x8a, 0x8c, 0x8e]);
