import type { ByteReader } from '../byte-reader.ts';
import { variableByteIntegerLength, type ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties, measureProperties } from '../encode-properties.ts';
import { checkReasonCode } from '../reason-code-field.ts';
import { ReasonCodeUse } from '../reason-code-table.ts';
import { ReasonCode } from '../reason-code.ts';
import type { UserProperty } from '../user-property.ts';
import { decodeOptionalReasonCode } from './acknowledgement.ts';

/** The last packet of a connection, from a client or (5.0 only) from a server (section 3.14). */
export interface DisconnectPacket {
  readonly type: 'disconnect';
  /** NormalDisconnection in 3.1.1 and 3.1, which carry none. */
  readonly reasonCode: ReasonCode;
  /** Empty for 3.1.1 and 3.1. */
  readonly properties: DisconnectProperties;
}

/** The properties of DISCONNECT (section 3.14.2.2). */
export interface DisconnectProperties {
  /** Seconds, 0 to 4,294,967,295; only a client sends it. */
  readonly sessionExpiryInterval?: number | undefined;
  readonly reasonString?: string | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
  /** Another server to use; it goes with UseAnotherServer or ServerMoved. */
  readonly serverReference?: string | undefined;
}

/** Reads what follows the fixed header of a DISCONNECT. */
export function decodeDisconnect(reader: ByteReader): DisconnectPacket {
  const use = reader.role === 'server' ? ReasonCodeUse.disconnectClient : ReasonCodeUse.disconnectServer;
  const reasonCode = decodeOptionalReasonCode(reader, use, 'MQTT-3.14.2-1');
  const properties =
    reader.position === reader.end || !reader.format.hasProperties
      ? NO_PROPERTIES
      : decodeProperties(reader, 'disconnect', NO_PROPERTIES, createProperties);
  return { type: 'disconnect', reasonCode, properties };
}

/** The Remaining Length of a DISCONNECT; checks it. */
export function measureDisconnect(packet: DisconnectPacket, writer: ByteWriter): number {
  const { format } = writer;
  if (!format.hasProperties) return 0;
  checkReasonCode(packet.reasonCode, ReasonCodeUse.disconnect, 'MQTT-3.14.2-1');
  writer.propertyLength = measureProperties(packet.properties, 'disconnect', writer);
  if (writer.propertyLength === 0) return packet.reasonCode === ReasonCode.NormalDisconnection ? 0 : 1;
  return 1 + variableByteIntegerLength(writer.propertyLength) + writer.propertyLength;
}

/** Checks and writes a DISCONNECT in its shortest form; 3.1.1 has nothing in it. */
export function encodeDisconnect(packet: DisconnectPacket, writer: ByteWriter): void {
  const remainingLength = measureDisconnect(packet, writer);
  writer.begin(0xe0, remainingLength);
  if (remainingLength > 0) writer.byte(packet.reasonCode);
  if (remainingLength > 1) encodeProperties(packet.properties, writer.propertyLength, writer);
}

function createProperties(): DisconnectProperties {
  return {
    sessionExpiryInterval: undefined,
    reasonString: undefined,
    userProperties: undefined,
    serverReference: undefined,
  };
}

const NO_PROPERTIES: DisconnectProperties = Object.freeze(createProperties());
