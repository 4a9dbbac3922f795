/** The protocol versions that the corpus speaks of, as their Protocol Version byte: 3.1, 3.1.1 and 5.0. */
export type VectorVersion = 3 | 4 | 5;

/** The side that receives the bytes: a `server` reads what clients send, a `client` reads what servers send. */
export type VectorRole = 'server' | 'client';

/** A JSON value. A packet in the corpus is one: byte fields are lower-case hex strings, absent fields are left out. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A decoded packet as JSON, by the field names of `@skua/codec`; what is absent or empty is left out. */
export interface VectorPacket {
  readonly type: string;
  readonly [field: string]: Json;
}

/** The two classes of error of section 4.13 of MQTT 5.0. */
export type VectorErrorName = 'MalformedPacket' | 'ProtocolError';

/** The bytes are a whole packet with these values. */
export interface PacketOutcome {
  readonly packet: VectorPacket;
}

/** The bytes must be refused; any of the reason codes will do. `statement` is the rule that is broken first of all. */
export interface ErrorOutcome {
  readonly error: VectorErrorName;
  readonly reasonCodes: readonly number[];
  readonly statement: string;
}

/** One thing that a receiver may make of the bytes. */
export type Outcome = PacketOutcome | ErrorOutcome;

/** One case: bytes, who receives them, and everything that the specification allows the receiver to make of them. */
export interface Vector {
  /** Unique in the corpus, `packet/version/what`, for instance `publish/v5/qos-3`. */
  readonly name: string;
  /** The section of the specification that decides, of 5.0 for version 5 and of 3.1.1 for versions 3 and 4. */
  readonly section: string;
  readonly version: VectorVersion;
  readonly role: VectorRole;
  /** The bytes, lower-case hex without spaces. */
  readonly hex: string;
  /** Every identifier that a receiver may cite for what is wrong here, the closest first; `v3 ` marks 3.1.1. */
  readonly statements: readonly string[];
  /** All allowed outcomes. More than one where the text leaves a choice. */
  readonly expect: readonly Outcome[];
  /** True when encoding the packet must give these very bytes. */
  readonly canonical?: true;
  /** The receiver's Maximum Packet Size in bytes, when the case is about it. */
  readonly maximumPacketSize?: number;
}
