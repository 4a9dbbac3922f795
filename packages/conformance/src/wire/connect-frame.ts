import type { ProtocolVersion } from '@skua/codec';
import { bytes, frame, properties, string, twoByteInteger } from './frame.ts';

/** What may be wrong with the head of a CONNECT. */
export interface ConnectHead {
  /** Packet type and flags; 0x10 unless given. */
  readonly firstByte?: number;
  /** Encoded with its length; `MQTT` unless given. */
  readonly protocolName?: Uint8Array;
  /** 5 unless given. */
  readonly protocolVersion?: number;
  /** The Connect Flags; Clean Start alone unless given. */
  readonly flags?: number;
  /** Encoded with their length; none unless given. */
  readonly properties?: Uint8Array;
}

/**
 * A 5.0 CONNECT without keep alive, its payload put together from any parts. Nothing is checked.
 *
 * @param payload - the fields of the payload, each encoded.
 */
export function connectFrame(head: ConnectHead, ...payload: readonly Uint8Array[]): Uint8Array {
  return frame(
    head.firstByte ?? 0x10,
    head.protocolName ?? string('MQTT'),
    bytes(head.protocolVersion ?? 5, head.flags ?? ConnectFlag.cleanStart),
    twoByteInteger(0),
    head.properties ?? properties(),
    ...payload,
  );
}

/** The bits of the Connect Flags (section 3.1.2.3). */
export const ConnectFlag = {
  reserved: 0x01,
  cleanStart: 0x02,
  will: 0x04,
  willQos1: 0x08,
  willQos2: 0x10,
  willRetain: 0x20,
  password: 0x40,
  userName: 0x80,
} as const;

/** Protocol name and level stand at the start of CONNECT; anything unknown counts as 5. */
export function protocolVersionOf(connect: Uint8Array): ProtocolVersion {
  let offset = 1;
  while ((connect[offset] ?? 0) >= 0x80) offset += 1;
  offset += 1;
  const nameLength = ((connect[offset] ?? 0) << 8) | (connect[offset + 1] ?? 0);
  const level = connect[offset + 2 + nameLength];
  return level === 3 || level === 4 ? level : 5;
}
