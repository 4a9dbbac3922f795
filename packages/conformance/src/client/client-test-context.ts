import type {
  ConnackPacket,
  ConnectPacket,
  Encodable,
  ProtocolVersion,
  PublishPacket,
  ReasonCode,
  Subscription,
} from '@skua/codec';
import type { Transport } from '@skua/transport';
import { Judgement } from '../harness/judgement.ts';
import { show, type TranscriptEntry } from '../harness/transcript.ts';
import { Inconclusive } from '../harness/verdict.ts';
import { Attempt } from './attempt.ts';
import {
  BrokerConnection,
  MARKER_TOPIC,
  type BrokerConnectionContext,
  type ReceivedFrame,
} from './broker-connection.ts';
import {
  NotOffered,
  type ClientEvent,
  type ClientUnderTest,
  type ConnectRequest,
  type PublishRequest,
} from './client-adapter.ts';

/** What a test may leave out of a connection. */
export type ConnectFields = Partial<Omit<ConnectRequest, 'protocolVersion'>>;

/** What a test may leave out of CONNACK. */
export type ConnackFields = Partial<Omit<Encodable<ConnackPacket>, 'type'>>;

/** A message for the client to publish; QoS 0 without properties unless said. */
export type PublishFields = Partial<Omit<PublishRequest, 'payload'>> & {
  readonly topicName: string;
  readonly payload?: string | Uint8Array;
};

/** A message for the broker to deliver. */
export type DeliverFields = Partial<Omit<Encodable<PublishPacket>, 'type' | 'payload'>> & {
  readonly payload?: string | Uint8Array;
};

/** A subscription of which only the filter must be given; QoS 0 unless said. */
export type SubscriptionFields = Partial<Encodable<Subscription>> & { readonly topicFilter: string };

/** The message event of a client. */
export type Message = Extract<ClientEvent, { readonly type: 'message' }>;

/** The event of a connection that ended. */
export type Closed = Extract<ClientEvent, { readonly type: 'closed' }>;

/** What a running test has in its hands: one client, and the broker that it meets. */
export class ClientTestContext extends Judgement {
  readonly version: ProtocolVersion;
  /** Messages that the client told its program, in order, those of `settle` left out. Take from it what was judged. */
  readonly messages: Message[] = [];
  /** Ends of connections that the client told its program of. */
  readonly closes: Closed[] = [];
  readonly #context: BrokerConnectionContext;
  readonly #connections: BrokerConnection[] = [];
  readonly #transcript: TranscriptEntry[];
  #accepted = 0;
  #client: ClientUnderTest | undefined;

  constructor(version: ProtocolVersion, context: BrokerConnectionContext) {
    super();
    this.version = version;
    this.#context = context;
    this.#transcript = context.transcript;
  }

  /** Is given the client as soon as there is one. */
  setClient(client: ClientUnderTest): void {
    this.#client = client;
  }

  /** A connection that the client opened. */
  handleAccept(transport: Transport): void {
    const name = `connection ${this.#connections.length + 1}`;
    this.#connections.push(new BrokerConnection(name, this.version, transport, this.#context));
    this.#context.clock.notify();
  }

  /** Something that the client told its program. */
  handleReport(event: ClientEvent): void {
    if (event.type === 'closed') {
      this.#note(`says: closed ${event.error instanceof Error ? event.error.message : show(event.error)}`);
      this.closes.push(event);
    } else if (event.topicName !== MARKER_TOPIC) {
      this.#note(`says: message ${show(event.topicName)} ${show(event.payload)}`);
      this.messages.push(event);
    }
    this.#context.clock.notify();
  }

  /** Starts to connect. Nothing is answered yet. */
  startConnect(fields: ConnectFields = {}): Attempt {
    const request: ConnectRequest = {
      protocolVersion: this.version,
      clientIdentifier: 'skua1',
      cleanStart: true,
      keepAlive: 0,
      userName: undefined,
      password: undefined,
      will: undefined,
      authentication: undefined,
      topicAliases: false,
      acknowledgeWith: undefined,
      ...fields,
      properties: this.version === 5 ? (fields.properties ?? {}) : {},
    };
    return this.#attempt('connect', request, (client) => client.connect(request));
  }

  /** The next connection that the client opens; undefined when there is a reason why none will come, or none comes in time. */
  async acceptUnless(givenUp: () => boolean): Promise<BrokerConnection | undefined> {
    await this.until(() => this.#connections.length > this.#accepted || givenUp());
    const connection = this.#connections[this.#accepted];
    if (connection !== undefined) this.#accepted += 1;
    return connection;
  }

  /** Starts to connect and takes CONNECT, without an answer. @throws {NotOffered} when the client cannot ask for this. */
  async open(fields: ConnectFields = {}): Promise<{
    readonly connection: BrokerConnection;
    readonly connect: ConnectPacket;
    readonly attempt: Attempt;
    readonly frame: ReceivedFrame;
  }> {
    const attempt = this.startConnect(fields);
    const connection = await this.acceptUnless(() => attempt.state === 'refused');
    attempt.checkOffered();
    if (connection === undefined && attempt.state === 'refused') {
      throw new Inconclusive(`the client refused to connect: ${attempt.reason}`);
    }
    if (connection === undefined) this.fail('expected the client to open a connection');
    const frame = await connection.expectFrame('connect');
    return { connection, connect: frame.packet, attempt, frame };
  }

  /** Connects. The client must take the CONNACK, otherwise nothing can be said of what follows. */
  async connect(fields: ConnectFields = {}, connack: ConnackFields = {}): Promise<BrokerConnection> {
    const { connection, attempt } = await this.open(fields);
    this.sendConnack(connection, connack);
    await this.until(() => attempt.state !== 'pending' || connection.closed);
    if (attempt.state !== 'done') throw new Inconclusive(`the client could not connect: ${attempt.reason}`);
    return connection;
  }

  /**
   * Connects again for the same session after the connection was lost; the broker has kept it unless said otherwise. A
   * client may call itself connected only when all that was under way is done, so this does not wait for that.
   */
  async reconnect(fields: ConnectFields = {}, connack: ConnackFields = {}): Promise<BrokerConnection> {
    const { connection } = await this.open({ ...KEPT, ...fields });
    this.sendConnack(connection, { sessionPresent: true, ...connack });
    return connection;
  }

  /** Connects for a session that outlives its connections: {@link reconnect} comes back to it. */
  async connectKept(fields: ConnectFields = {}, connack: ConnackFields = {}): Promise<BrokerConnection> {
    return await this.connect({ ...KEPT, ...fields }, connack);
  }

  /** Accepts a CONNECT. */
  sendConnack(connection: BrokerConnection, fields: ConnackFields = {}): void {
    connection.send({ type: 'connack', sessionPresent: false, reasonCode: 0, properties: {}, ...fields });
  }

  /** Asks the client to publish. */
  publish(fields: PublishFields): Attempt {
    const { payload = 'payload', ...rest } = fields;
    const request: PublishRequest = { qos: 0, retain: false, properties: {}, ...rest, payload: bytesOf(payload) };
    return this.#attempt('publish', request, (client) => client.publish(request));
  }

  /** Asks the client to subscribe, in one SUBSCRIBE. */
  subscribe(subscriptions: readonly SubscriptionFields[], subscriptionIdentifier?: number): Attempt {
    const request = {
      subscriptions: subscriptions.map((subscription) => ({ ...SUBSCRIPTION_DEFAULTS, ...subscription })),
      subscriptionIdentifier,
    };
    return this.#attempt('subscribe', request, (client) => client.subscribe(request));
  }

  /** Asks the client to unsubscribe, in one UNSUBSCRIBE. */
  unsubscribe(...topicFilters: readonly string[]): Attempt {
    return this.#attempt('unsubscribe', topicFilters, (client) => {
      if (client.unsubscribe === undefined) throw new NotOffered('the adapter cannot unsubscribe');
      return client.unsubscribe(topicFilters);
    });
  }

  /** Asks the client to say DISCONNECT. */
  disconnect(reasonCode: ReasonCode = 0): Attempt {
    return this.#attempt('disconnect', reasonCode, (client) => client.disconnect({ reasonCode }));
  }

  /** Asks the client to authenticate again. */
  reauthenticate(): Attempt {
    return this.#attempt('reauthenticate', '', (client) => {
      if (client.reauthenticate === undefined) throw new NotOffered('the adapter cannot authenticate again');
      return client.reauthenticate();
    });
  }

  /** Subscribes, grants what is asked for, and waits until the client knows. */
  async subscribed(connection: BrokerConnection, subscriptions: readonly SubscriptionFields[]): Promise<void> {
    const attempt = this.subscribe(subscriptions);
    const { packetIdentifier, subscriptions: asked } = await connection.expectAmong('subscribe');
    connection.send({
      type: 'suback',
      packetIdentifier,
      reasonCodes: asked.map(({ qos }) => qos),
      properties: {},
    });
    await this.until(() => attempt.state !== 'pending');
  }

  /** Sends the client a message. Returns its Packet Identifier, 0 at QoS 0. */
  deliver(connection: BrokerConnection, fields: DeliverFields): number {
    const { payload = 'payload', ...rest } = fields;
    const packet = {
      type: 'publish',
      dup: false,
      retain: false,
      qos: 0,
      topicName: 'skua/a',
      packetIdentifier: 0,
      properties: {},
      ...rest,
      payload: bytesOf(payload),
    } as const;
    connection.send(packet);
    return packet.packetIdentifier;
  }

  /** The next message that the client tells its program. @throws {ConformanceFailure} when none comes in time. */
  async expectMessage(): Promise<Message> {
    await this.until(() => this.messages.length > 0);
    return this.messages.shift() ?? this.fail('expected the client to tell its program a message');
  }

  /** Waits for an answer at most. */
  async until(condition: () => boolean, timeoutMs: number = this.#context.clock.answerTimeoutMs): Promise<boolean> {
    for (const connection of this.#connections) if (!connection.closed) connection.flush();
    return await this.#context.clock.until(condition, timeoutMs);
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    for (const connection of this.#connections) if (!connection.closed) connection.flush();
    await this.#context.clock.pass(ms);
  }

  /** How long an answer may take, in milliseconds. */
  get answerTimeoutMs(): number {
    return this.#context.clock.answerTimeoutMs;
  }

  /** Cuts every connection that is still open. */
  cleanUp(): void {
    for (const connection of this.#connections) connection.cut();
  }

  #attempt(verb: string, what: unknown, start: (client: ClientUnderTest) => Promise<void>): Attempt {
    const client = this.#client;
    if (client === undefined) throw new Error('there is no client yet');
    this.#note(`is asked: ${verb} ${show(what)}`);
    return new Attempt(
      () => start(client),
      ({ state, reason }) => {
        this.#note(`says: ${verb} is ${state} ${reason}`.trimEnd());
        this.#context.clock.notify();
      },
    );
  }

  #note(text: string): void {
    this.#transcript.push({ at: this.#context.clock.now(), client: 'the client', kind: 'note', text });
  }
}

function bytesOf(payload: string | Uint8Array): Uint8Array {
  return typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
}

/** A session that lives on for an hour. */
const KEPT = { cleanStart: false, properties: { sessionExpiryInterval: 3600 } } as const;
const SUBSCRIPTION_DEFAULTS = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
