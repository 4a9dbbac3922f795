import type { EncodablePacket } from '@skua/codec';
import type { VersionRules } from '@skua/session';
import type { Limits } from './limits.ts';

/** The connection as the parts of the session see it. There is one only between CONNACK and the end. */
export interface Wire {
  readonly limits: Limits;
  readonly rules: VersionRules;
  /** Whether messages should wait; packets of the protocol never do. */
  readonly isCongested: boolean;
  /** Sends a packet. It has been found to be within the limits. */
  send(packet: EncodablePacket, now: number): void;
  /** The bytes that it would take. */
  sizeOf(packet: EncodablePacket): number;
}
