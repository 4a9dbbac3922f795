import type { ByteReader } from '../byte-reader.ts';
import { variableByteIntegerLength, type ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties, measureProperties } from '../encode-properties.ts';
import { EncodeError } from '../errors.ts';
import { checkReasonCode, decodeReasonCode } from '../reason-code-field.ts';
import { isReasonCodeFor, ReasonCodeUse } from '../reason-code-table.ts';
import { ReasonCode } from '../reason-code.ts';
import type { UserProperty } from '../user-property.ts';

/** A step of enhanced authentication, 5.0 only (sections 3.15 and 4.12). */
export interface AuthPacket {
  readonly type: 'auth';
  /** Success (from a server), ContinueAuthentication, or ReAuthenticate (from a client). */
  readonly reasonCode: ReasonCode;
  readonly properties: AuthProperties;
}

/** The properties of AUTH (section 3.15.2.2). */
export interface AuthProperties {
  /** Always there, except in a Success without any property. */
  readonly authenticationMethod?: string | undefined;
  readonly authenticationData?: Uint8Array | undefined;
  readonly reasonString?: string | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
}

/** Reads what follows the fixed header of an AUTH. */
export function decodeAuth(reader: ByteReader): AuthPacket {
  const use = reader.role === 'server' ? ReasonCodeUse.authClient : ReasonCodeUse.authServer;
  const offset = reader.position;
  // Success without properties may be left out altogether (section 3.15.2.1), although 3.15.2.2.2 asks for a method.
  if (offset === reader.end && isReasonCodeFor(ReasonCode.Success, use)) {
    return { type: 'auth', reasonCode: ReasonCode.Success, properties: NO_PROPERTIES };
  }
  if (offset === reader.end) {
    throw reader.forbidden('Success is left to be assumed; only a server sends it', offset, 'MQTT-3.15.2-1');
  }
  const reasonCode = decodeReasonCode(reader, use, 'MQTT-3.15.2-1');
  const properties = decodeProperties(reader, 'auth', NO_PROPERTIES, createProperties);
  if (properties.authenticationMethod === undefined) {
    throw reader.forbidden('AUTH has no Authentication Method', offset + 1, 'U-3.15.2.2.2-1');
  }
  return { type: 'auth', reasonCode, properties };
}

/** The Remaining Length of an AUTH; checks it. */
export function measureAuth(packet: AuthPacket, writer: ByteWriter): number {
  const { format } = writer;
  if (!format.hasProperties) {
    throw new EncodeError({ field: 'type', found: 'auth', allowed: 'a packet of this version; AUTH is 5.0 only' });
  }
  const { reasonCode, properties } = packet;
  checkReasonCode(reasonCode, ReasonCodeUse.auth, 'MQTT-3.15.2-1');
  writer.propertyLength = measureProperties(properties, 'auth', writer);
  if (writer.propertyLength === 0 && reasonCode === ReasonCode.Success) return 0;
  if (properties.authenticationMethod === undefined) {
    const field = 'properties.authenticationMethod';
    throw new EncodeError({ field, found: undefined, allowed: 'a string', statement: 'U-3.15.2.2.2-1' });
  }
  return 1 + variableByteIntegerLength(writer.propertyLength) + writer.propertyLength;
}

/** Checks and writes an AUTH. */
export function encodeAuth(packet: AuthPacket, writer: ByteWriter): void {
  const remainingLength = measureAuth(packet, writer);
  writer.begin(0xf0, remainingLength);
  if (remainingLength === 0) return;
  writer.byte(packet.reasonCode);
  encodeProperties(packet.properties, writer.propertyLength, writer);
}

function createProperties(): AuthProperties {
  return {
    authenticationMethod: undefined,
    authenticationData: undefined,
    reasonString: undefined,
    userProperties: undefined,
  };
}

const NO_PROPERTIES: AuthProperties = Object.freeze(createProperties());
