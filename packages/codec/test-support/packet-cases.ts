import {
  EncodeError,
  encodedLength,
  encodePacket,
  MqttError,
  PacketReader,
  type EncodablePacket,
  type Packet,
  type ProtocolVersion,
  type Role,
} from '../src/index.ts';

/** Bytes from hexadecimal digits; blanks are for the reader. */
export function bytes(hexText: string): Uint8Array {
  return Uint8Array.from(compact(hexText).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Hexadecimal digits without the blanks that are for the reader. */
export function compact(hexText: string): string {
  return hexText.replaceAll(/\s/g, '');
}

/** Hexadecimal digits of bytes, without blanks. */
export function hex(value: Uint8Array): string {
  return Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The one packet that the bytes are. */
export function decode(hexText: string, version: ProtocolVersion, role: Role): Packet {
  const reader = new PacketReader({ role, protocolVersion: version });
  reader.push(bytes(hexText));
  const packet = reader.next();
  if (packet === undefined) throw new Error('the bytes are no whole packet');
  if (reader.next() !== undefined) throw new Error('the bytes are more than one packet');
  return packet;
}

/** What an error of the reader says, as far as tests compare it. */
export interface Fault {
  readonly error: string;
  readonly reasonCode: number;
  readonly byteOffset: number | undefined;
  readonly statement: string | undefined;
}

/** The error that a reader throws at these bytes. Without a version the reader is a server's before CONNECT. */
export function fault(hexText: string, version: ProtocolVersion | undefined, role: Role): Fault | Packet | undefined {
  const reader = new PacketReader({ role, protocolVersion: version });
  reader.push(bytes(hexText));
  try {
    return reader.next();
  } catch (error) {
    if (!(error instanceof MqttError)) throw error;
    const { name, reasonCode, byteOffset, statement } = error;
    return { error: name, reasonCode, byteOffset, statement };
  }
}

/** A Malformed Packet as {@link fault} gives it. */
export function malformed(byteOffset: number, statement: string): Fault {
  return { error: 'MalformedPacketError', reasonCode: 0x81, byteOffset, statement };
}

/** A Protocol Error as {@link fault} gives it. */
export function forbidden(byteOffset: number, statement: string, reasonCode: number = 0x82): Fault {
  return { error: 'ProtocolError', reasonCode, byteOffset, statement };
}

/**
 * Field and statement of the error with which the encoder refuses a packet, and the same for measuring alone; or
 * `not refused`. The packet is of any type, because what is wrong with it is what is tested.
 */
export function refusal(packet: unknown, version: ProtocolVersion): readonly string[] {
  assertPacket(packet);
  const encoding = attempt(() => encodePacket(packet, version));
  const measuring = attempt(() => encodedLength(packet, version));
  return encoding.join() === measuring.join() ? encoding : ['encodePacket and encodedLength differ'];
}

function attempt(call: () => unknown): readonly string[] {
  try {
    call();
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error;
    return error.statement === undefined ? [error.field] : [error.field, error.statement];
  }
  return ['not refused'];
}

function assertPacket(_packet: unknown): asserts _packet is EncodablePacket {}
