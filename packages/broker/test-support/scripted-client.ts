import {
  encodePacket,
  type ConnectPacket,
  type EncodablePacket,
  type Packet,
  type ProtocolVersion,
  type QoS,
  type ReasonCode,
} from '@skua/codec';
import { expect } from 'vitest';

import type { ConnectionInfo } from '../src/connection-info.ts';
import type { Connection } from '../src/connection.ts';
import { FakeLink } from './fake-link.ts';
import { lend } from './lend.ts';
import type { World } from './world.ts';

type Encodable<Type extends Packet['type']> = Extract<EncodablePacket, { type: Type }>;

/** What a script may say about a CONNECT. */
export interface ConnectOptions extends Partial<Omit<Encodable<'connect'>, 'type' | 'will'>> {
  readonly will?: Partial<NonNullable<Encodable<'connect'>['will']>> & { readonly topicName: string };
  readonly info?: Partial<ConnectionInfo>;
}

/** A client that does what the test says, over a link that the test controls. */
export class ScriptedClient {
  readonly clientIdentifier: string;
  readonly #world: World;
  version: ProtocolVersion = 5;
  link: FakeLink = new FakeLink();
  connection: Connection | undefined = undefined;
  /** Answers PUBLISH and PUBREL by itself. */
  acknowledges = true;
  #nextIdentifier = 1;

  constructor(world: World, clientIdentifier: string, version: ProtocolVersion) {
    this.#world = world;
    this.clientIdentifier = clientIdentifier;
    this.version = version;
  }

  /** Opens a network connection and says nothing yet. */
  open(info: Partial<ConnectionInfo> = {}): this {
    this.link = new FakeLink();
    this.link.useVersion(this.version);
    const { broker, now } = this.#world;
    const whole = { remoteAddress: '192.0.2.1', listener: 'test', anonymousAllowed: true, ...info };
    this.connection = broker.handleConnectionOpened(this.link, whole, now);
    this.#world.opened.push(this);
    return this;
  }

  /** Opens a connection and sends CONNECT. */
  connecting({ info, will, ...fields }: ConnectOptions = {}): this {
    this.open(info);
    const whole: Encodable<'connect'> = {
      type: 'connect',
      protocolVersion: this.version,
      cleanStart: true,
      keepAlive: 0,
      clientIdentifier: this.clientIdentifier,
      properties: {},
      ...fields,
      ...(will === undefined
        ? {}
        : { will: { payload: new Uint8Array(0), qos: 0, retain: false, properties: {}, ...will } }),
    };
    this.send(whole);
    return this;
  }

  /** Connects and takes the CONNACK, which must be a success. */
  connect(options: ConnectOptions = {}): Extract<Packet, { type: 'connack' }> {
    this.connecting(options);
    return this.expect({ type: 'connack', reasonCode: 0 });
  }

  send(packet: EncodablePacket | ConnectPacket): this {
    return this.sendBytes(encodePacket(packet, this.version));
  }

  sendBytes(bytes: Uint8Array): this {
    const { broker, now } = this.#world;
    lend(broker, this.handle, bytes, now);
    this.#world.check();
    return this;
  }

  /** Subscribes and takes the SUBACK. */
  subscribe(
    filters: string | readonly string[],
    options: {
      qos?: QoS;
      noLocal?: boolean;
      retainAsPublished?: boolean;
      retainHandling?: 0 | 1 | 2;
      identifier?: number;
    } = {},
  ): readonly number[] {
    const { identifier, ...rest } = options;
    const packetIdentifier = this.nextIdentifier();
    this.send({
      type: 'subscribe',
      packetIdentifier,
      subscriptions: (typeof filters === 'string' ? [filters] : filters).map((topicFilter) => ({
        topicFilter,
        qos: 2,
        noLocal: false,
        retainAsPublished: false,
        retainHandling: 0,
        ...rest,
      })),
      properties: identifier === undefined ? {} : { subscriptionIdentifier: identifier },
    });
    return this.expect({ type: 'suback', packetIdentifier }).reasonCodes;
  }

  /** Unsubscribes and takes the UNSUBACK. */
  unsubscribe(...topicFilters: string[]): readonly number[] {
    const packetIdentifier = this.nextIdentifier();
    this.send({ type: 'unsubscribe', packetIdentifier, topicFilters, properties: {} });
    return this.expect({ type: 'unsuback', packetIdentifier }).reasonCodes;
  }

  /** Sends a PUBLISH and nothing else. @returns its Packet Identifier. */
  publish(
    topicName: string,
    payload: string | Uint8Array = '',
    fields: Partial<Omit<Encodable<'publish'>, 'type' | 'topicName' | 'payload'>> = {},
  ): number {
    const qos = fields.qos ?? 0;
    const packetIdentifier = fields.packetIdentifier ?? (qos === 0 ? 0 : this.nextIdentifier());
    const bytes = typeof payload === 'string' ? text(payload) : payload;
    const rest = { dup: false, retain: false, properties: {}, ...fields };
    this.send({ type: 'publish', topicName, payload: bytes, ...rest, qos, packetIdentifier });
    return packetIdentifier;
  }

  /** Publishes and goes through the whole exchange of its QoS. @returns the reason code of PUBACK or PUBREC. */
  deliver(topicName: string, payload: string | Uint8Array = '', fields: Parameters<this['publish']>[2] = {}): number {
    const packetIdentifier = this.publish(topicName, payload, fields);
    if (fields.qos === 1) return this.expect({ type: 'puback', packetIdentifier }).reasonCode;
    if (fields.qos !== 2) return 0;
    const { reasonCode } = this.expect({ type: 'pubrec', packetIdentifier });
    if (reasonCode >= 0x80) return reasonCode;
    this.send({ type: 'pubrel', packetIdentifier, reasonCode: 0, properties: {} });
    this.expect({ type: 'pubcomp', packetIdentifier });
    return reasonCode;
  }

  acknowledge(
    type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp',
    packetIdentifier: number,
    reasonCode: ReasonCode = 0,
  ): this {
    return this.send({ type, packetIdentifier, reasonCode, properties: {} });
  }

  disconnect(reasonCode: ReasonCode = 0, properties: Encodable<'disconnect'>['properties'] = {}): this {
    this.send({ type: 'disconnect', reasonCode, properties });
    return this.lose();
  }

  /** The network connection is gone. */
  lose(): this {
    const { broker, now } = this.#world;
    broker.handleConnectionClosed(this.handle, now);
    this.#world.check();
    return this;
  }

  /** Stops reading: the link is congested from the next write on. */
  stall(): this {
    this.link.congested = true;
    return this;
  }

  /** Reads again. */
  unstall(): this {
    const { broker, now } = this.#world;
    this.link.congested = false;
    broker.handleWritable(this.handle, now);
    this.#world.check();
    return this;
  }

  /** Takes the next packet, which must be of this type and have these fields; acknowledges it if it is a message. */
  expect<Type extends Packet['type']>(
    expected: { readonly type: Type } & Record<string, unknown>,
  ): Extract<Packet, { type: Type }> {
    const packet = this.link.received.shift();
    expect(packet, `${this.clientIdentifier} expected ${expected.type}`).toMatchObject(expected);
    if (packet !== undefined && this.acknowledges) this.#answer(packet);
    if (!isOfType(packet, expected.type)) throw new Error(`expected ${expected.type}`);
    return packet;
  }

  /** Takes the next packet, which must be a PUBLISH with this payload. */
  expectMessage(payload: string, fields: Record<string, unknown> = {}): Extract<Packet, { type: 'publish' }> {
    return this.expect({ type: 'publish', payload: text(payload), ...fields });
  }

  expectNothing(): this {
    expect(this.link.received, `${this.clientIdentifier} expected nothing`).toEqual([]);
    return this;
  }

  /** The broker has ended the connection, after a DISCONNECT with this reason if one is given. */
  expectClosed(reasonCode?: number): this {
    if (reasonCode !== undefined) this.expect({ type: 'disconnect', reasonCode });
    this.expectNothing();
    expect(this.link.state, `${this.clientIdentifier} expected to be closed`).toBe('closing');
    return this;
  }

  expectOpen(): this {
    expect(this.link.state, `${this.clientIdentifier} expected to be open`).toBe('open');
    return this;
  }

  nextIdentifier(): number {
    return this.#nextIdentifier++;
  }

  #answer(packet: Packet): void {
    if (this.link.state !== 'open') return;
    if (packet.type === 'publish' && packet.qos === 1) this.acknowledge('puback', packet.packetIdentifier);
    if (packet.type === 'publish' && packet.qos === 2) {
      this.acknowledge('pubrec', packet.packetIdentifier);
      const answer = this.link.received.findIndex(
        ({ type, ...rest }) =>
          type === 'pubrel' && 'packetIdentifier' in rest && rest.packetIdentifier === packet.packetIdentifier,
      );
      if (answer === -1) return;
      this.link.received.splice(answer, 1);
      this.acknowledge('pubcomp', packet.packetIdentifier);
    }
  }

  /** The broker's handle of the present connection. */
  get handle(): Connection {
    if (this.connection === undefined) throw new Error(`${this.clientIdentifier} has no connection`);
    return this.connection;
  }
}

function isOfType<Type extends Packet['type']>(
  packet: Packet | undefined,
  type: Type,
): packet is Extract<Packet, { type: Type }> {
  return packet?.type === type;
}

/** The UTF-8 bytes of a text, as a plain Uint8Array. */
export function text(value: string): Uint8Array {
  return new Uint8Array(new TextEncoder().encode(value));
}
