import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties } from '../encode-properties.ts';
import { refusal } from '../encode-refusal.ts';
import { CONNACK as CONNACK_PLACE, propertyPlace, type PropertyPlace } from '../property-place.ts';
import { checkReasonCode, decodeReasonCode } from '../reason-code-field.ts';
import { CONNACK, SUCCESS } from '../reason-code-table.ts';
import type { ReasonCode } from '../reason-code.ts';
import type { UserProperty } from '../user-property.ts';
import { connectReturnCode, decodeConnectReturnCode } from './connect-return-code.ts';
import { cite, type WireFormat } from './wire-format.ts';

/** The server's answer to CONNECT (section 3.2). */
export interface ConnackPacket {
  readonly type: 'connack';
  /** Always false in 3.1. */
  readonly sessionPresent: boolean;
  /** A Connect Return code of 3.1.1 is decoded to the Reason Code with the same meaning, and encoded from the nearest. */
  readonly reasonCode: ReasonCode;
  /** Empty for 3.1.1 and 3.1. */
  readonly properties: ConnackProperties;
}

/** The properties of CONNACK (section 3.2.2.3). */
export interface ConnackProperties {
  /** Seconds, 0 to 4,294,967,295. */
  readonly sessionExpiryInterval?: number | undefined;
  /** 1 to 65,535. */
  readonly receiveMaximum?: number | undefined;
  /** Absent means 2. */
  readonly maximumQos?: 0 | 1 | undefined;
  readonly retainAvailable?: boolean | undefined;
  /** Bytes, 1 to 4,294,967,295. */
  readonly maximumPacketSize?: number | undefined;
  readonly assignedClientIdentifier?: string | undefined;
  /** 0 to 65,535. */
  readonly topicAliasMaximum?: number | undefined;
  readonly reasonString?: string | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
  readonly wildcardSubscriptionAvailable?: boolean | undefined;
  readonly subscriptionIdentifiersAvailable?: boolean | undefined;
  readonly sharedSubscriptionAvailable?: boolean | undefined;
  /** Seconds, 0 to 65,535. */
  readonly serverKeepAlive?: number | undefined;
  readonly responseInformation?: string | undefined;
  readonly serverReference?: string | undefined;
  readonly authenticationMethod?: string | undefined;
  readonly authenticationData?: Uint8Array | undefined;
}

/** Reads what follows the fixed header of a CONNACK. */
export function decodeConnack(reader: ByteReader): ConnackPacket {
  const { format, position } = reader;
  const flags = reader.byte('Connect Acknowledge Flags');
  // In 3.1 the whole byte is reserved and has no meaning.
  if (flags > 1 && !format.isOldest) {
    const statement = cite(format, 'MQTT-3.2.2-1', 'v3 U-3.2.2.1-1');
    throw reader.malformed('Connect Acknowledge Flags', flags, '0 or 1', position, statement);
  }
  const sessionPresent = flags === 1 && !format.isOldest;
  const reasonCode = format.hasProperties
    ? decodeReasonCode(reader, CONNACK, 'MQTT-3.2.2-8')
    : decodeConnectReturnCode(reader);
  if (sessionPresent && reasonCode !== SUCCESS) {
    throw reader.forbidden('Session Present', 1, PRESENT_ALLOWED, position, presentStatement(format));
  }
  return { type: 'connack', sessionPresent, reasonCode, properties: decodeProperties(reader, PROPERTIES) };
}

/** The bytes of a CONNACK. */
export function encodeConnack(packet: ConnackPacket, writer: ByteWriter): Uint8Array {
  const { sessionPresent, reasonCode, properties } = packet;
  const { format } = writer;
  checkReasonCode(reasonCode, CONNACK, 'MQTT-3.2.2-8');
  if (sessionPresent && reasonCode !== SUCCESS) {
    throw refusal('sessionPresent', sessionPresent, PRESENT_ALLOWED, presentStatement(format));
  }
  writer.begin(0x20);
  writer.byte(sessionPresent && !format.isOldest ? 1 : 0);
  writer.byte(format.hasProperties ? reasonCode : connectReturnCode(reasonCode));
  encodeProperties(properties, PROPERTIES, writer);
  return writer.finish();
}

function presentStatement(format: WireFormat): string {
  return cite(format, 'MQTT-3.2.2-6', 'v3 MQTT-3.2.2-4');
}

const PROPERTIES: PropertyPlace<ConnackProperties> = propertyPlace(CONNACK_PLACE, () => ({}));
const PRESENT_ALLOWED = 'only with Success';
