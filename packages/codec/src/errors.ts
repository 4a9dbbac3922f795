import type { ReasonCode } from './reason-code.ts';

/** What an {@link MqttError} knows beyond its message. */
export interface MqttErrorDetails {
  /** The Reason Code to answer with; each class has its own default. */
  readonly reasonCode?: ReasonCode | undefined;
  /** Where in the packet, counted from its first byte, the offending field starts. */
  readonly byteOffset?: number | undefined;
  /** The normative statement that was violated, such as `MQTT-1.5.4-1`, `v3 MQTT-3.8.3-4` or `U-2.1.3-1`. */
  readonly statement?: string | undefined;
}

/** The base of every error that is the peer's fault: it says how to answer and which statement was violated. */
export class MqttError extends Error {
  override name = 'MqttError';
  /** The Reason Code to answer with (section 4.13). */
  readonly reasonCode: ReasonCode;
  /** Where in the packet, counted from its first byte, the offending field starts; undefined when not about bytes. */
  readonly byteOffset: number | undefined;
  /** The normative statement that was violated, with `v3 ` before it when it is one of 3.1.1. */
  readonly statement: string | undefined;

  /** Without a Reason Code in the details it is `reasonCode`: by default 0x80, Unspecified error. */
  constructor(message: string, details: MqttErrorDetails = {}, reasonCode: ReasonCode = 0x80) {
    super(message);
    this.reasonCode = details.reasonCode ?? reasonCode;
    this.byteOffset = details.byteOffset;
    this.statement = details.statement;
  }
}

/** A packet that cannot be parsed (section 1.2, "Malformed Packet"); Reason Code 0x81 unless a better one is defined. */
export class MalformedPacketError extends MqttError {
  override name = 'MalformedPacketError';

  constructor(message: string, details?: MqttErrorDetails) {
    super(message, details, 0x81);
  }
}

/** A packet that can be parsed and is not allowed (section 1.2, "Protocol Error"); 0x82 unless a better one is defined. */
export class ProtocolError extends MqttError {
  override name = 'ProtocolError';

  constructor(message: string, details?: MqttErrorDetails) {
    super(message, details, 0x82);
  }
}

/** What an {@link EncodeError} knows. */
export interface EncodeErrorDetails {
  /** The field, as a path into the packet: `will.topicName`, `subscriptions[2].qos`, `properties.receiveMaximum`. */
  readonly field: string;
  /** What the caller gave. */
  readonly found: unknown;
  /** What would have been allowed, in words. */
  readonly allowed: string;
  /** The statement that forbids it; undefined when only the format itself does. */
  readonly statement?: string | undefined;
}

/** The caller's fault: a packet that must not be sent. Thrown before a byte is written. */
export class EncodeError extends Error {
  override name = 'EncodeError';
  /** The field, as a path into the packet. */
  readonly field: string;
  /** What the caller gave. */
  readonly found: unknown;
  /** What would have been allowed, in words. */
  readonly allowed: string;
  /** The statement that forbids it, with `v3 ` before it when it is one of 3.1.1. */
  readonly statement: string | undefined;

  constructor(details: EncodeErrorDetails) {
    super(`${details.field} is ${describeFound(details.found)}; allowed: ${details.allowed}`);
    this.field = details.field;
    this.found = details.found;
    this.allowed = details.allowed;
    this.statement = details.statement;
  }
}

// Enough to recognise it: a payload or a long text would hide the rest of the message.
function describeFound(found: unknown): string {
  if (typeof found === 'string') return JSON.stringify(found.slice(0, 40));
  return typeof found === 'number' || found === undefined ? `${found}` : typeof found;
}
