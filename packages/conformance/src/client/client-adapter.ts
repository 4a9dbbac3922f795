import type {
  ConnectProperties,
  Encodable,
  ProtocolVersion,
  PublishPacket,
  QoS,
  ReasonCode,
  Subscription,
  Will,
} from '@skua/codec';
import type { Transport } from '@skua/transport';

/**
 * A client library as the kit drives it: five verbs, of which the fifth, waiting, is the kit's: the adapter reports what
 * happens and the kit waits for it. Some sixty lines, and more where a library names every property in its own way.
 */
export interface ClientAdapter {
  /** What reports call it, e.g. `MQTT.js 5.16.0`. */
  readonly name: string;
  /** The versions that it speaks. */
  readonly versions: ReadonlySet<ProtocolVersion>;
  /**
   * Makes one client with a session of its own, which must outlive its connections. Nothing is dialled yet.
   *
   * @param report - called for each message and for each end of a connection, at any time after `connect`.
   */
  create(endpoint: ClientEndpoint, report: (event: ClientEvent) => void): ClientUnderTest;
}

/** Where the scripted broker is. */
export interface ClientEndpoint {
  /** Of a broker that listens on TCP; undefined in memory. */
  readonly address: { readonly host: string; readonly port: number } | undefined;
  /** Opens a connection in memory. @throws {Error} when the broker listens on TCP. */
  dial(): Transport;
  /** The time that the client must keep to. */
  readonly clock: ClientClock;
}

/** A clock that a client can be given; the real one, or a virtual one. Milliseconds. */
export interface ClientClock {
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/**
 * One client. Each verb resolves when the library says that it is done (connected, acknowledged), and rejects when the
 * library refuses, or says that it failed. A promise that never settles is no fault. Whatever an option asks for that the
 * library has no way to ask for is refused with {@link NotOffered}; then the test is skipped.
 */
export interface ClientUnderTest {
  /**
   * Connects. After the end of a connection it is called again for the same session; a client that reconnects by itself
   * only waits until it has done so.
   */
  connect(request: ConnectRequest): Promise<void>;
  /** Publishes one message. */
  publish(request: PublishRequest): Promise<void>;
  /** Subscribes in one SUBSCRIBE. Messages are reported as events, whichever subscription they came for. */
  subscribe(request: SubscribeRequest): Promise<void>;
  /** Ends the connection by DISCONNECT, at once, whatever is under way. */
  disconnect(request: DisconnectRequest): Promise<void>;
  /** Takes the filters back in one UNSUBSCRIBE. Left out by libraries that cannot. */
  unsubscribe?(topicFilters: readonly string[]): Promise<void>;
  /** Authenticates again (section 4.12.1 of 5.0). Left out by libraries that cannot. */
  reauthenticate?(): Promise<void>;
  /** The test is over: cuts the network and starts nothing more. */
  destroy(): void;
}

/** What CONNECT shall say. */
export interface ConnectRequest {
  readonly protocolVersion: ProtocolVersion;
  readonly clientIdentifier: string;
  /** Clean Start; Clean Session in 3.1.1. */
  readonly cleanStart: boolean;
  /** Seconds. */
  readonly keepAlive: number;
  readonly userName: string | undefined;
  readonly password: Uint8Array | undefined;
  readonly will: Encodable<Will> | undefined;
  /** Empty for 3.1.1. Authentication Method and Data are in `authentication`. */
  readonly properties: Encodable<ConnectProperties>;
  readonly authentication: AuthenticationRequest | undefined;
  /** Asks the client to use Topic Aliases of its own choice, if it can. Not doing so is no fault. */
  readonly topicAliases: boolean;
  /** The Reason Code of PUBACK or PUBREC for a message; undefined leaves it to the client. */
  readonly acknowledgeWith: ((topicName: string) => ReasonCode) | undefined;
}

/** Enhanced authentication of 5.0 (section 4.12). */
export interface AuthenticationRequest {
  readonly method: string;
  /** The Authentication Data of CONNECT and of a re-authentication. */
  start(): Uint8Array;
  /** The answer to the server's data. @throws {Error} when the server is not who it should be. */
  continue(data: Uint8Array): Uint8Array;
}

/** A message to publish. Text may be ill-formed, as the text of a program can be. */
export interface PublishRequest {
  readonly topicName: string;
  readonly payload: Uint8Array;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly properties: Encodable<PublishPacket>['properties'];
}

/** Filters to subscribe to. */
export interface SubscribeRequest {
  readonly subscriptions: readonly Encodable<Subscription>[];
  readonly subscriptionIdentifier: number | undefined;
}

/** How to end a connection. */
export interface DisconnectRequest {
  /** 0 unless the program has something to say; ignored before 5.0. */
  readonly reasonCode: ReasonCode;
}

/** What a client tells its program. */
export type ClientEvent =
  | {
      readonly type: 'message';
      readonly topicName: string;
      readonly payload: Uint8Array;
      /** The Response Topic, Content Type and so on, as far as the library shows them. */
      readonly properties: Encodable<PublishPacket>['properties'];
    }
  /** A connection ended. `error` is what the library says of it, undefined where it says nothing. */
  | { readonly type: 'closed'; readonly error: unknown };

/** The library has no way to do this. The test is skipped, with the message as the reason. */
export class NotOffered extends Error {
  override name = 'NotOffered';
}
