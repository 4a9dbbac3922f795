import type {
  ConnackPacket,
  ConnectPacket,
  DisconnectPacket,
  Encodable,
  ProtocolVersion,
  PublishPacket,
  QoS,
  SubackPacket,
  SubscribePacket,
  Subscription,
  UnsubackPacket,
} from '@skua/codec';
import { Judgement } from './judgement.ts';
import { RawClient, type RawClientContext } from './raw-client.ts';
import type { Target } from './target.ts';
import { Inconclusive } from './verdict.ts';

/** What a test may leave out of CONNECT. */
export type ConnectFields = Partial<Omit<Encodable<ConnectPacket>, 'type' | 'protocolVersion'>>;

/** What a test may leave out of PUBLISH. */
export type PublishFields = Partial<Omit<Encodable<PublishPacket>, 'type' | 'payload'>> & {
  readonly topicName: string;
  readonly payload?: string | Uint8Array;
};

/** A subscription of which only the filter must be given; QoS 0 unless said. */
export type SubscriptionFields = Partial<Encodable<Subscription>> & { readonly topicFilter: string };

/** What a running test has in its hands. */
export class TestContext extends Judgement {
  readonly version: ProtocolVersion;
  readonly target: Target;
  readonly #context: RawClientContext;
  readonly #clients: RawClient[] = [];
  readonly #unique: string;

  /** @param unique - letters and digits that no other test on this target was given. */
  constructor(version: ProtocolVersion, context: RawClientContext, unique: string) {
    super();
    this.version = version;
    this.target = context.target;
    this.#context = context;
    this.#unique = unique;
  }

  /** A Client Identifier that is this test's alone: letters and digits, at most 23 bytes. */
  clientIdentifier(name: string): string {
    return `${this.#unique}${name}`.slice(0, 23);
  }

  /** A topic or filter below a level that is this test's alone. */
  topic(rest: string): string {
    return `skua/${this.#unique}/${rest}`;
  }

  /** A bare connection: nothing was sent. */
  async open(name: string, version: ProtocolVersion = this.version): Promise<RawClient> {
    const client = await RawClient.open(name, version, this.#context);
    this.#clients.push(client);
    return client;
  }

  /** The packet that {@link connect} sends. */
  connectPacket(
    name: string,
    fields: ConnectFields = {},
    version: ProtocolVersion = this.version,
  ): Encodable<ConnectPacket> {
    return {
      type: 'connect',
      protocolVersion: version,
      cleanStart: true,
      keepAlive: 0,
      clientIdentifier: this.clientIdentifier(name),
      properties: {},
      ...fields,
    };
  }

  /** Connects; the broker must accept. */
  async connect(name: string, fields: ConnectFields = {}, version: ProtocolVersion = this.version): Promise<RawClient> {
    return (await this.connectWithConnack(name, fields, version)).client;
  }

  /** Connects and returns the CONNACK as well; the broker must accept, otherwise nothing can be said of what follows. */
  async connectWithConnack(
    name: string,
    fields: ConnectFields = {},
    version: ProtocolVersion = this.version,
  ): Promise<{ readonly client: RawClient; readonly connack: ConnackPacket }> {
    const client = await this.open(name, version);
    client.send(this.connectPacket(name, fields, version));
    const connack = await client.expect('connack');
    if (connack.reasonCode !== 0) {
      throw new Inconclusive(`${name} could not connect: CONNACK 0x${connack.reasonCode.toString(16)}`);
    }
    return { client, connack };
  }

  /** Subscribes and returns the SUBACK, which must come next. */
  async subscribe(
    client: RawClient,
    subscriptions: string | SubscriptionFields | readonly SubscriptionFields[],
    properties: Encodable<SubscribePacket>['properties'] = {},
  ): Promise<SubackPacket> {
    const list =
      typeof subscriptions === 'string'
        ? [{ topicFilter: subscriptions }]
        : 'topicFilter' in subscriptions
          ? [subscriptions]
          : subscriptions;
    const packetIdentifier = client.packetIdentifier();
    client.send({
      type: 'subscribe',
      packetIdentifier,
      subscriptions: list.map((subscription) => ({ ...SUBSCRIPTION_DEFAULTS, ...subscription })),
      properties,
    });
    const suback = await client.expect('suback');
    this.check(
      suback.packetIdentifier === packetIdentifier,
      `${client.name}: SUBACK carries Packet Identifier ${suback.packetIdentifier} for SUBSCRIBE ${packetIdentifier}`,
    );
    return suback;
  }

  /** Unsubscribes and returns the UNSUBACK, which must come next. */
  async unsubscribe(client: RawClient, ...topicFilters: readonly string[]): Promise<UnsubackPacket> {
    const packetIdentifier = client.packetIdentifier();
    client.send({ type: 'unsubscribe', packetIdentifier, topicFilters: [...topicFilters], properties: {} });
    const unsuback = await client.expect('unsuback');
    this.check(
      unsuback.packetIdentifier === packetIdentifier,
      `${client.name}: UNSUBACK carries Packet Identifier ${unsuback.packetIdentifier} for UNSUBSCRIBE ${packetIdentifier}`,
    );
    return unsuback;
  }

  /** Sends a PUBLISH and completes nothing. Returns its Packet Identifier, 0 at QoS 0. */
  sendPublish(client: RawClient, fields: PublishFields): number {
    const qos: QoS = fields.qos ?? 0;
    const { payload = 'payload', ...rest } = fields;
    const packetIdentifier = fields.packetIdentifier ?? (qos === 0 ? 0 : client.packetIdentifier());
    client.send({
      type: 'publish',
      dup: false,
      retain: false,
      properties: {},
      ...rest,
      qos,
      packetIdentifier,
      payload: typeof payload === 'string' ? new TextEncoder().encode(payload) : payload,
    });
    return packetIdentifier;
  }

  /** Publishes and completes the handshake of its QoS; the broker must accept the message. */
  async publish(client: RawClient, fields: PublishFields): Promise<void> {
    const packetIdentifier = this.sendPublish(client, fields);
    if (fields.qos === 1) {
      const puback = await client.expect('puback');
      this.check(puback.packetIdentifier === packetIdentifier, 'PUBACK carries another Packet Identifier');
      this.checkAccepted(puback.reasonCode, 'PUBACK');
    } else if (fields.qos === 2) {
      const pubrec = await client.expect('pubrec');
      this.check(pubrec.packetIdentifier === packetIdentifier, 'PUBREC carries another Packet Identifier');
      this.checkAccepted(pubrec.reasonCode, 'PUBREC');
      client.send({ type: 'pubrel', packetIdentifier, reasonCode: 0, properties: {} });
      const pubcomp = await client.expect('pubcomp');
      this.check(pubcomp.packetIdentifier === packetIdentifier, 'PUBCOMP carries another Packet Identifier');
    }
  }

  /** Takes the next packet, which must be a PUBLISH, and completes the handshake of its QoS. */
  async receive(client: RawClient): Promise<PublishPacket> {
    const publish = await client.expect('publish');
    const { packetIdentifier } = publish;
    if (publish.qos === 1) client.send({ type: 'puback', packetIdentifier, reasonCode: 0, properties: {} });
    if (publish.qos === 2) {
      client.send({ type: 'pubrec', packetIdentifier, reasonCode: 0, properties: {} });
      await client.expectAmong('pubrel', (pubrel) => pubrel.packetIdentifier === packetIdentifier);
      client.send({ type: 'pubcomp', packetIdentifier, reasonCode: 0, properties: {} });
    }
    return publish;
  }

  /** Ends a connection with DISCONNECT and waits until the broker has closed it. */
  async disconnect(
    client: RawClient,
    reasonCode: DisconnectPacket['reasonCode'] = 0,
    sessionExpiryInterval?: number,
  ): Promise<void> {
    const properties = sessionExpiryInterval === undefined ? {} : { sessionExpiryInterval };
    client.send({ type: 'disconnect', reasonCode, properties });
    await client.expectClose();
  }

  /** Lets time pass on the target's clock. */
  async pass(ms: number): Promise<void> {
    await this.target.clock.pass(ms);
  }

  /** Cuts every connection that is still open. */
  cleanUp(): void {
    for (const client of this.#clients) if (!client.closed) client.cut();
  }

  private checkAccepted(reasonCode: number, packet: string): void {
    if (reasonCode >= 0x80)
      throw new Inconclusive(`the broker refused a message: ${packet} 0x${reasonCode.toString(16)}`);
  }
}

const SUBSCRIPTION_DEFAULTS = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
