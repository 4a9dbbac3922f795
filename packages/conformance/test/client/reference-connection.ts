import { encodedLength, encodePacket, MqttError, PacketReader, type EncodablePacket, type Packet } from '@skua/codec';
import { PingSchedule, TopicAliasReceiver } from '@skua/session';
import type { Transport } from '@skua/transport';
import type { ClientEndpoint, ConnectRequest } from '../../src/index.ts';
import { ServerLimits } from './server-limits.ts';

/** Resolves and rejects one call of the program. */
export interface Settle {
  resolve(): void;
  reject(error: unknown): void;
}

/** The server did what it must not. */
export class ProtocolFault extends MqttError {
  override name = 'ProtocolFault';

  constructor(message: string) {
    super(message, {}, 0x82);
  }
}

interface ConnectionHandlers {
  handlePacket(packet: Packet): void;
  handleClosed(error: unknown): void;
}

/** One network connection: bytes to packets, Keep Alive, what to say at its end. */
export class ReferenceConnection {
  readonly request: ConnectRequest;
  readonly transport: Transport;
  readonly aliasesReceived: TopicAliasReceiver;
  state: 'connecting' | 'connected' | 'closed' = 'connecting';
  limits: ServerLimits = new ServerLimits({});
  ping: PingSchedule | undefined;
  /** The call that waits for the end of an authentication. */
  settle: Settle | undefined;
  readonly #endpoint: ClientEndpoint;
  readonly #handlers: ConnectionHandlers;
  readonly #reader: PacketReader;
  readonly #aliases = new Map<string, number>();
  #timer: unknown;

  constructor(request: ConnectRequest, endpoint: ClientEndpoint, handlers: ConnectionHandlers) {
    this.request = request;
    this.#endpoint = endpoint;
    this.#handlers = handlers;
    const { maximumPacketSize, topicAliasMaximum } = request.properties;
    this.#reader = new PacketReader({ role: 'client', protocolVersion: request.protocolVersion, maximumPacketSize });
    this.aliasesReceived = new TopicAliasReceiver(topicAliasMaximum ?? 0);
    this.transport = endpoint.dial();
    this.transport.open({
      onData: (chunk) => this.#handleData(chunk),
      onWritable: () => undefined,
      onEnd: () => this.close(undefined),
      onClose: () => this.close(undefined),
    });
  }

  accept(limits: ServerLimits): void {
    this.state = 'connected';
    this.limits = limits;
    this.ping = new PingSchedule(limits.serverKeepAlive ?? this.request.keepAlive, this.#endpoint.clock.now());
    this.#watch();
  }

  send(packet: EncodablePacket): void {
    if (encodedLength(packet, this.request.protocolVersion) > this.limits.maximumPacketSize) {
      throw new RangeError(`${packet.type} is larger than the server allows`);
    }
    this.transport.write(encodePacket(packet, this.request.protocolVersion));
    this.ping?.handleSent(this.#endpoint.clock.now());
  }

  /** The first topics get an alias each, as long as there are any. */
  aliasFor(topicName: string): { readonly topicAlias: number; readonly isNew: boolean } | undefined {
    if (!this.request.topicAliases) return undefined;
    const known = this.#aliases.get(topicName);
    if (known !== undefined) return { topicAlias: known, isNew: false };
    if (this.#aliases.size >= this.limits.topicAliasMaximum) return undefined;
    const topicAlias = this.#aliases.size + 1;
    this.#aliases.set(topicName, topicAlias);
    return { topicAlias, isNew: true };
  }

  answerAuth(
    reasonCode: number,
    properties: {
      readonly authenticationMethod?: string | undefined;
      readonly authenticationData?: Uint8Array | undefined;
    },
  ): void {
    const { authentication } = this.request;
    if (authentication === undefined) throw new ProtocolFault('AUTH without an Authentication Method');
    if (reasonCode === 0 && this.state === 'connected') {
      this.settle?.resolve();
      return;
    }
    const { method } = authentication;
    if (reasonCode !== 0x18 || properties.authenticationMethod !== method) throw new ProtocolFault('AUTH out of place');
    let authenticationData: Uint8Array;
    try {
      authenticationData = authentication.continue(properties.authenticationData ?? new Uint8Array(0));
    } catch (error) {
      this.send({ type: 'disconnect', reasonCode: 0x83, properties: {} });
      this.close(error);
      return;
    }
    this.send({ type: 'auth', reasonCode: 0x18, properties: { authenticationMethod: method, authenticationData } });
  }

  close(error: unknown): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.stopTimer();
    this.transport.end();
    this.#handlers.handleClosed(error);
  }

  stopTimer(): void {
    this.#endpoint.clock.clearTimeout(this.#timer);
  }

  #handleData(chunk: Uint8Array): void {
    try {
      this.#reader.push(chunk);
      for (let packet = this.#reader.next(); packet !== undefined; packet = this.#reader.next()) {
        if (this.state === 'closed') return;
        this.ping?.handleReceived(this.#endpoint.clock.now());
        this.#handlers.handlePacket(packet);
      }
    } catch (error) {
      if (!(error instanceof MqttError)) throw error;
      if (this.state === 'closed') return;
      if (this.request.protocolVersion === 5) {
        this.send({ type: 'disconnect', reasonCode: error.reasonCode, properties: {} });
      }
      this.close(error);
    }
  }

  #watch(): void {
    const { clock } = this.#endpoint;
    const due = this.ping?.deadline ?? Infinity;
    if (due === Infinity) return;
    this.#timer = clock.setTimeout(() => {
      const action = this.ping?.check(clock.now());
      if (action === 'close') this.close(new Error('the server is silent'));
      if (action === 'sendPingreq')
        this.transport.write(encodePacket({ type: 'pingreq' }, this.request.protocolVersion));
      if (this.state === 'connected') this.#watch();
    }, due - clock.now());
  }
}
