import type { ByteReader } from '../byte-reader.ts';
import { variableByteIntegerLength, type ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties, measureProperties } from '../encode-properties.ts';
import { EncodeError } from '../errors.ts';
import { checkReasonCode, decodeReasonCode } from '../reason-code-field.ts';
import { ReasonCodeUse } from '../reason-code-table.ts';
import { ReasonCode } from '../reason-code.ts';
import type { UserProperty } from '../user-property.ts';
import { connectReturnCode, decodeConnectReturnCode } from './connect-return-code.ts';
import { cite } from './wire-format.ts';

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
  const { format } = reader;
  const offset = reader.position;
  const flags = reader.byte('Connect Acknowledge Flags');
  // In 3.1 the whole byte is reserved and has no meaning.
  if (flags > 1 && format.hasSessionPresent) {
    const statement = cite(format, 'MQTT-3.2.2-1', 'v3 U-3.2.2.1-1');
    throw reader.malformed('reserved bits of the Connect Acknowledge Flags are set', offset, statement);
  }
  const sessionPresent = flags === 1 && format.hasSessionPresent;
  const reasonCode = format.hasProperties
    ? decodeReasonCode(reader, ReasonCodeUse.connack, 'MQTT-3.2.2-8')
    : decodeConnectReturnCode(reader);
  if (sessionPresent && reasonCode !== ReasonCode.Success) {
    const statement = cite(format, 'MQTT-3.2.2-6', 'v3 MQTT-3.2.2-4');
    throw reader.forbidden('Session Present is set although the connection is refused', offset, statement);
  }
  const properties = format.hasProperties
    ? decodeProperties(reader, 'connack', NO_PROPERTIES, createProperties)
    : NO_PROPERTIES;
  return { type: 'connack', sessionPresent, reasonCode, properties };
}

/** The Remaining Length of a CONNACK; checks it. */
export function measureConnack(packet: ConnackPacket, writer: ByteWriter): number {
  const { format } = writer;
  const { reasonCode } = packet;
  checkReasonCode(reasonCode, ReasonCodeUse.connack, 'MQTT-3.2.2-8');
  if (packet.sessionPresent && reasonCode !== ReasonCode.Success) {
    const statement = cite(format, 'MQTT-3.2.2-6', 'v3 MQTT-3.2.2-4');
    const allowed = 'false when the connection is refused';
    throw new EncodeError({ field: 'sessionPresent', found: true, allowed, statement });
  }
  if (!format.hasProperties) {
    connectReturnCode(reasonCode);
    return 2;
  }
  writer.propertyLength = measureProperties(packet.properties, 'connack', writer);
  return 2 + variableByteIntegerLength(writer.propertyLength) + writer.propertyLength;
}

/** Checks and writes a CONNACK. */
export function encodeConnack(packet: ConnackPacket, writer: ByteWriter): void {
  const { format } = writer;
  writer.begin(0x20, measureConnack(packet, writer));
  writer.byte(packet.sessionPresent && format.hasSessionPresent ? 1 : 0);
  if (format.hasProperties) {
    writer.byte(packet.reasonCode);
    encodeProperties(packet.properties, writer.propertyLength, writer);
  } else {
    writer.byte(connectReturnCode(packet.reasonCode));
  }
}

function createProperties(): ConnackProperties {
  return {
    sessionExpiryInterval: undefined,
    receiveMaximum: undefined,
    maximumQos: undefined,
    retainAvailable: undefined,
    maximumPacketSize: undefined,
    assignedClientIdentifier: undefined,
    topicAliasMaximum: undefined,
    reasonString: undefined,
    userProperties: undefined,
    wildcardSubscriptionAvailable: undefined,
    subscriptionIdentifiersAvailable: undefined,
    sharedSubscriptionAvailable: undefined,
    serverKeepAlive: undefined,
    responseInformation: undefined,
    serverReference: undefined,
    authenticationMethod: undefined,
    authenticationData: undefined,
  };
}

const NO_PROPERTIES: ConnackProperties = Object.freeze(createProperties());
