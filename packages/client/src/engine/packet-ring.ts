import type { EncodablePacket, Packet, PacketType } from '@skua/codec';

/** What is remembered of a packet. */
export interface PacketRecord {
  /** Milliseconds of the client's clock. */
  readonly at: number;
  readonly direction: 'sent' | 'received';
  readonly type: PacketType;
  /** Bytes. */
  readonly size: number;
  /** Undefined for packets without one. */
  readonly packetIdentifier: number | undefined;
  /** Of a PUBLISH; empty if it had a Topic Alias only. */
  readonly topicName: string | undefined;
  /** Of a PUBLISH. */
  readonly qos: number | undefined;
  /** Of an acknowledgement, CONNACK, DISCONNECT or AUTH; of SUBACK and UNSUBACK the greatest. */
  readonly reasonCode: number | undefined;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The last packets, oldest first out. A record is written over, so that a packet allocates nothing. */
export class PacketRing {
  /** Told of every packet; the record is written over later. */
  listener: ((record: PacketRecord) => void) | undefined;
  readonly #records: Mutable<PacketRecord>[] = [];
  readonly #capacity: number;
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Remembers a packet. */
  add(direction: 'sent' | 'received', packet: Packet | EncodablePacket, size: number, at: number): void {
    let record = this.#records[this.#next];
    if (record === undefined) {
      record = {
        at,
        direction,
        type: 'pingreq',
        size,
        packetIdentifier: undefined,
        topicName: undefined,
        qos: undefined,
        reasonCode: undefined,
      };
      this.#records.push(record);
    }
    this.#next = this.#next + 1 === this.#capacity ? 0 : this.#next + 1;
    record.at = at;
    record.direction = direction;
    record.type = packet.type;
    record.size = size;
    if (packet.type === 'publish') {
      record.packetIdentifier = packet.qos === 0 ? undefined : packet.packetIdentifier;
      record.topicName = packet.topicName;
      record.qos = packet.qos;
      record.reasonCode = undefined;
    } else {
      record.packetIdentifier = 'packetIdentifier' in packet ? packet.packetIdentifier : undefined;
      record.topicName = record.qos = undefined;
      record.reasonCode = reasonCodeOf(packet);
    }
    this.listener?.(record);
  }

  /** Copies of the records, oldest first. */
  list(): PacketRecord[] {
    const start = this.#records.length < this.#capacity ? 0 : this.#next;
    return [...this.#records.slice(start), ...this.#records.slice(0, start)].map((record) => ({ ...record }));
  }
}

function reasonCodeOf(packet: Packet | EncodablePacket): number | undefined {
  if ('reasonCode' in packet) return packet.reasonCode;
  return 'reasonCodes' in packet ? Math.max(0, ...packet.reasonCodes) : undefined;
}
