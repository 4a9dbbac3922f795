import { encodePacket, type EncodablePacket, type Packet, type PublishPacket } from '@skua/codec';
import { versionRulesFor } from '@skua/session';
import {
  NotOffered,
  type ClientAdapter,
  type ClientEndpoint,
  type ClientEvent,
  type ClientUnderTest,
  type ConnectRequest,
  type DisconnectRequest,
  type PublishRequest,
  type SubscribeRequest,
} from '../../src/index.ts';
import { ProtocolFault, ReferenceConnection, type Settle } from './reference-connection.ts';
import { ReferenceSession } from './reference-session.ts';
import { checkSubscribe, checkPublish, ServerLimits } from './server-limits.ts';

/** A small client that keeps to the specification: what the kit's tests must pass, and what its mutants break. */
export const REFERENCE_CLIENT: ClientAdapter = {
  name: 'the reference client',
  versions: new Set([4, 5] as const),
  create: (endpoint, report) => new ReferenceClient(endpoint, report),
};

class ReferenceClient implements ClientUnderTest {
  readonly #endpoint: ClientEndpoint;
  readonly #report: (event: ClientEvent) => void;
  readonly #session = new ReferenceSession<{ readonly request: PublishRequest } & Settle>();
  readonly #calls = new Map<number, Settle>();
  #waiting: ({ readonly request: PublishRequest } & Settle)[] = [];
  #connection: ReferenceConnection | undefined;

  constructor(endpoint: ClientEndpoint, report: (event: ClientEvent) => void) {
    this.#endpoint = endpoint;
    this.#report = report;
  }

  connect(request: ConnectRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      const { protocolVersion, authentication, properties } = request;
      if (request.clientIdentifier === '' && !request.cleanStart && protocolVersion !== 5) {
        throw new TypeError('an empty Client Identifier needs Clean Session');
      }
      const connect = {
        ...request,
        type: 'connect',
        clientIdentifier: request.clientIdentifier === '' ? this.#session.assignedIdentifier : request.clientIdentifier,
        properties:
          authentication === undefined
            ? properties
            : {
                ...properties,
                authenticationMethod: authentication.method,
                authenticationData: authentication.start(),
              },
      } as const;
      const bytes = encodePacket(connect, protocolVersion);
      this.#session.begin(request, this.#endpoint.clock.now());
      const connection = new ReferenceConnection(request, this.#endpoint, {
        handlePacket: (packet) => this.#handlePacket(connection, packet),
        handleClosed: (error) => this.#handleClosed(connection, error),
      });
      connection.settle = { resolve, reject };
      this.#connection = connection;
      connection.transport.write(bytes);
    });
  }

  publish(request: PublishRequest): Promise<void> {
    const connection = this.#connected();
    checkPublish(request, connection.limits, connection.request.protocolVersion);
    if (request.qos === 0) {
      connection.send(this.#publishPacket(connection, request, 0, false));
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#sendWaiting(connection);
    });
  }

  subscribe({ subscriptions, subscriptionIdentifier }: SubscribeRequest): Promise<void> {
    const connection = this.#connected();
    checkSubscribe(subscriptions, subscriptionIdentifier, connection.limits);
    return this.#call(connection, (packetIdentifier) => ({
      type: 'subscribe',
      packetIdentifier,
      subscriptions,
      properties: subscriptionIdentifier === undefined ? {} : { subscriptionIdentifier },
    }));
  }

  unsubscribe(topicFilters: readonly string[]): Promise<void> {
    return this.#call(this.#connected(), (packetIdentifier) => ({
      type: 'unsubscribe',
      packetIdentifier,
      topicFilters,
      properties: {},
    }));
  }

  reauthenticate(): Promise<void> {
    const connection = this.#connected();
    const { authentication } = connection.request;
    if (authentication === undefined) throw new NotOffered('there is no Authentication Method');
    return new Promise((resolve, reject) => {
      connection.settle = { resolve, reject };
      connection.send({
        type: 'auth',
        reasonCode: 0x19,
        properties: { authenticationMethod: authentication.method, authenticationData: authentication.start() },
      });
    });
  }

  disconnect({ reasonCode }: DisconnectRequest): Promise<void> {
    const connection = this.#connected();
    const code = connection.request.protocolVersion === 5 ? reasonCode : 0;
    connection.send({ type: 'disconnect', reasonCode: code, properties: {} });
    connection.close(undefined);
    return Promise.resolve();
  }

  destroy(): void {
    this.#connection?.transport.destroy();
    this.#connection?.stopTimer();
    this.#connection = undefined;
  }

  #connected(): ReferenceConnection {
    if (this.#connection?.state !== 'connected') throw new Error('there is no connection');
    return this.#connection;
  }

  #call(connection: ReferenceConnection, packet: (packetIdentifier: number) => EncodablePacket): Promise<void> {
    const packetIdentifier = this.#session.identifiers.allocate() ?? 0;
    try {
      connection.send(packet(packetIdentifier));
    } catch (error) {
      this.#session.identifiers.release(packetIdentifier);
      throw error;
    }
    return new Promise((resolve, reject) => {
      this.#calls.set(packetIdentifier, { resolve, reject });
    });
  }

  #handlePacket(connection: ReferenceConnection, packet: Packet): void {
    if (connection.state === 'connecting') this.#handleBeforeConnack(connection, packet);
    else this.#handleAfterConnack(connection, packet);
  }

  #handleBeforeConnack(connection: ReferenceConnection, packet: Packet): void {
    if (packet.type === 'auth') {
      connection.answerAuth(packet.reasonCode, packet.properties);
      return;
    }
    if (packet.type !== 'connack') throw new ProtocolFault(`${packet.type} before CONNACK`);
    if (packet.reasonCode !== 0) {
      connection.close(new Error(`refused: ${packet.reasonCode}`));
      return;
    }
    const { request } = connection;
    if (packet.properties.authenticationMethod !== request.authentication?.method) {
      throw new ProtocolFault('another Authentication Method');
    }
    const kept = this.#session.exists;
    if (packet.sessionPresent && !kept && request.protocolVersion === 5) {
      throw new ProtocolFault('the server has a session that we do not have');
    }
    if (!packet.sessionPresent && kept) this.#session.discard();
    this.#session.assignedIdentifier = packet.properties.assignedClientIdentifier ?? this.#session.assignedIdentifier;
    connection.accept(new ServerLimits(packet.properties));
    this.#session.connected(connection.limits.receiveMaximum, request.properties.receiveMaximum ?? 0xffff);
    connection.settle?.resolve();
    this.#sendAgain(connection);
    this.#sendWaiting(connection);
  }

  #handleAfterConnack(connection: ReferenceConnection, packet: Packet): void {
    const { sender, receiver, identifiers } = this.#session;
    const rules = versionRulesFor(connection.request.protocolVersion);
    switch (packet.type) {
      case 'publish':
        this.#handlePublish(connection, packet);
        return;
      case 'puback':
      case 'pubcomp': {
        const { packetIdentifier } = packet;
        const done =
          packet.type === 'puback' ? sender.handlePuback(packetIdentifier) : sender.handlePubcomp(packetIdentifier);
        if (done !== 'unknown') done.message.resolve();
        break;
      }
      case 'pubrec': {
        const { packetIdentifier } = packet;
        const delivery = sender.handlePubrec(packetIdentifier, packet.reasonCode);
        if (delivery === 'unknown' || delivery.state === 'awaitingPubcomp') {
          const reasonCode = delivery === 'unknown' ? rules.unknownPacketIdentifierReasonCode : 0;
          connection.send({ type: 'pubrel', packetIdentifier, reasonCode, properties: {} });
        } else {
          delivery.message.reject(new Error(`refused: ${packet.reasonCode}`));
        }
        break;
      }
      case 'pubrel': {
        const { packetIdentifier } = packet;
        const known = receiver.handlePubrel(packetIdentifier) === 'released';
        const reasonCode = known ? 0 : rules.unknownPacketIdentifierReasonCode;
        connection.send({ type: 'pubcomp', packetIdentifier, reasonCode, properties: {} });
        return;
      }
      case 'suback':
      case 'unsuback': {
        const call = this.#calls.get(packet.packetIdentifier);
        if (call === undefined) throw new ProtocolFault(`${packet.type} for nothing`);
        this.#calls.delete(packet.packetIdentifier);
        identifiers.release(packet.packetIdentifier);
        if (packet.reasonCodes.some((code) => code >= 0x80)) call.reject(new Error('refused'));
        else call.resolve();
        return;
      }
      case 'auth':
        connection.answerAuth(packet.reasonCode, packet.properties);
        return;
      case 'disconnect':
        connection.close(new Error(`the server said ${packet.reasonCode}`));
        return;
      case 'pingresp':
        connection.ping?.handlePingresp();
        return;
      case 'connect':
      case 'connack':
      case 'subscribe':
      case 'unsubscribe':
      case 'pingreq':
        throw new ProtocolFault(`${packet.type} after CONNACK`);
    }
    this.#sendAgain(connection);
    this.#sendWaiting(connection);
  }

  #handlePublish(connection: ReferenceConnection, packet: PublishPacket): void {
    const { qos, packetIdentifier } = packet;
    const topicName = connection.aliasesReceived.resolve(packet.topicName, packet.properties.topicAlias);
    const { receiver } = this.#session;
    const isNew = qos === 0 || receiver.handlePublish(packetIdentifier, qos) === 'new';
    const reasonCode = connection.request.acknowledgeWith?.(topicName) ?? 0;
    if (isNew && reasonCode < 0x80) {
      this.#report({ type: 'message', topicName, payload: packet.payload.slice(), properties: packet.properties });
    }
    if (qos === 0) return;
    connection.send({
      type: qos === 1 ? 'puback' : 'pubrec',
      packetIdentifier,
      reasonCode,
      properties: {},
    });
    if (qos === 1) receiver.sendPuback(packetIdentifier);
    else receiver.sendPubrec(packetIdentifier, reasonCode);
  }

  #sendAgain(connection: ReferenceConnection): void {
    const { sender } = this.#session;
    for (let next = sender.nextResend(); next !== undefined; next = sender.nextResend()) {
      const { packetIdentifier } = next;
      connection.send(
        next.state === 'awaitingPubcomp'
          ? { type: 'pubrel', packetIdentifier, reasonCode: 0, properties: {} }
          : this.#publishPacket(connection, next.message.request, packetIdentifier, true),
      );
    }
  }

  #sendWaiting(connection: ReferenceConnection): void {
    const { sender } = this.#session;
    while (sender.canPublish) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const { packetIdentifier } = sender.publish(next, next.request.qos === 2 ? 2 : 1);
      connection.send(this.#publishPacket(connection, next.request, packetIdentifier, false));
    }
  }

  #publishPacket(
    connection: ReferenceConnection,
    request: PublishRequest,
    packetIdentifier: number,
    dup: boolean,
  ): EncodablePacket {
    const packet = { type: 'publish', ...request, packetIdentifier, dup } as const;
    const alias = request.properties.topicAlias === undefined ? connection.aliasFor(request.topicName) : undefined;
    if (alias === undefined) return packet;
    const topicName = alias.isNew ? request.topicName : '';
    return { ...packet, topicName, properties: { ...request.properties, topicAlias: alias.topicAlias } };
  }

  #handleClosed(connection: ReferenceConnection, error: unknown): void {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    connection.settle?.reject(error ?? new Error('closed'));
    for (const call of this.#calls.values()) call.reject(error ?? new Error('closed'));
    for (const packetIdentifier of this.#calls.keys()) this.#session.identifiers.release(packetIdentifier);
    this.#calls.clear();
    this.#session.disconnected(this.#endpoint.clock.now());
    this.#report({ type: 'closed', error });
  }
}
