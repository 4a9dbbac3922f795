import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties, estimateProperties } from '../encode-properties.ts';
import { refusal } from '../encode-refusal.ts';
import { AUTH as AUTH_PLACE, propertyPlace, type PropertyPlace } from '../property-place.ts';
import { checkReasonCode, decodeReasonCode } from '../reason-code-field.ts';
import { AUTH, AUTH_OF_CLIENT, AUTH_OF_SERVER, SUCCESS } from '../reason-code-table.ts';
import type { ReasonCode } from '../reason-code.ts';
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
  const { position, role } = reader;
  const isEmpty = position === reader.end;
  const use = role === 'server' ? AUTH_OF_CLIENT : AUTH_OF_SERVER;
  const reasonCode = decodeReasonCode(reader, use, 'MQTT-3.15.2-1', true);
  // Success without properties may be left out altogether (section 3.15.2.1), although 3.15.2.2.2 asks for a method.
  const properties = isEmpty ? PROPERTIES.none : decodeProperties(reader, PROPERTIES);
  if (!isEmpty && properties.authenticationMethod === undefined) {
    throw reader.forbidden('Authentication Method', 'missing', 'one', position + 1, 'U-3.15.2.2.2-1');
  }
  return { type: 'auth', reasonCode, properties };
}

/** The bytes of an AUTH. */
export function encodeAuth(packet: AuthPacket, writer: ByteWriter): Uint8Array {
  const { reasonCode, properties } = packet;
  if (!writer.format.hasProperties) throw refusal('type', 'auth', 'a packet of 3.1.1');
  checkReasonCode(reasonCode, AUTH, 'MQTT-3.15.2-1');
  const propertiesEstimate = estimateProperties(properties, PROPERTIES, writer);
  writer.begin(0xf0, propertiesEstimate);
  if (reasonCode !== SUCCESS || propertiesEstimate > 1) {
    if (properties.authenticationMethod === undefined) {
      throw refusal('properties.authenticationMethod', undefined, 'text', 'U-3.15.2.2.2-1');
    }
    writer.byte(reasonCode);
    encodeProperties(properties, PROPERTIES, writer);
  }
  return writer.finish();
}

const PROPERTIES: PropertyPlace<AuthProperties> = propertyPlace(AUTH_PLACE, () => ({}));
