import type { PublishPacket, PublishProperties, QoS } from '@skua/codec';

/** Who is told that a message was acknowledged by the application. */
export interface Acknowledger {
  acknowledge(message: ReceivedMessage, reasonCode: number): void;
}

/** A message that was received. Its payload is its own: it may be kept as long as one likes. */
export class ReceivedMessage {
  /** The Topic Name, also when the packet had only a Topic Alias. */
  readonly topicName: string;
  readonly payload: Uint8Array;
  readonly qos: QoS;
  readonly retain: boolean;
  /** Whether the server has sent it before. */
  readonly dup: boolean;
  /** 0 at QoS 0. */
  readonly packetIdentifier: number;
  /** Empty for 3.1.1 and 3.1. */
  readonly properties: PublishProperties;
  /** Milliseconds of the client's clock. */
  readonly receivedAt: number;
  /** The connection that it came on last; the engine's. */
  connection: number;
  /** The Reason Code to acknowledge it with; undefined: not yet. The engine's. */
  reasonCode: number | undefined = undefined;
  /** Subscriptions that still work on it. The client's. */
  holds = 0;
  /** What the application wants to acknowledge it with. The client's. */
  answer = 0;
  /** Whether the application has to acknowledge it. The client's. */
  isManual = false;
  readonly #acknowledger: Acknowledger;

  constructor(packet: PublishPacket, topicName: string, now: number, connection: number, acknowledger: Acknowledger) {
    const { payload } = packet;
    this.topicName = topicName;
    // A small view would keep the whole chunk that it came in.
    this.payload = payload.length <= COPIED_BYTES_MAX ? payload.slice() : payload;
    this.qos = packet.qos;
    this.retain = packet.retain;
    this.dup = packet.dup;
    this.packetIdentifier = packet.packetIdentifier;
    this.properties = packet.properties;
    this.receivedAt = now;
    this.connection = connection;
    this.#acknowledger = acknowledger;
  }

  /**
   * For subscriptions with `acknowledge: 'manual'`: the message is done with. Acknowledgements leave in the order in which
   * the messages came [MQTT-4.6.0-2], so one that is withheld holds up those behind it. Once; afterwards, at QoS 0 and
   * without a manual subscription it does nothing.
   *
   * @param reasonCode 0, or 0x80 and above to refuse it (5.0 only)
   */
  acknowledge(reasonCode: number = 0): void {
    this.#acknowledger.acknowledge(this, reasonCode);
  }

  /** The same message with another payload, as what was unpacked from it; it cannot be acknowledged. */
  withPayload(payload: Uint8Array): ReceivedMessage {
    const { topicName, qos, retain, dup, packetIdentifier, properties } = this;
    const packet = { type: 'publish', topicName: '', qos, retain, dup, packetIdentifier, properties, payload } as const;
    return new ReceivedMessage(packet, topicName, this.receivedAt, this.connection, IGNORE);
  }

  /** The payload as UTF-8 text; bytes that are none become U+FFFD. */
  text(): string {
    return new TextDecoder().decode(this.payload);
  }

  /** The payload as JSON. @throws SyntaxError when it is none */
  json(): unknown {
    return JSON.parse(this.text());
  }
}

/** Up to here a payload is copied out of the chunk; beyond it is most of it. */
const COPIED_BYTES_MAX = 16_384;
const IGNORE: Acknowledger = { acknowledge: () => {} };
