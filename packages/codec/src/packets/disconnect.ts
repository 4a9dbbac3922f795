import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { encodeProperties, estimateProperties } from '../encode-properties.ts';
import { DISCONNECT as DISCONNECT_PLACE, propertyPlace, type PropertyPlace } from '../property-place.ts';
import { checkReasonCode, decodeReasonCode } from '../reason-code-field.ts';
import { DISCONNECT, DISCONNECT_OF_CLIENT, DISCONNECT_OF_SERVER, SUCCESS } from '../reason-code-table.ts';
import type { ReasonCode } from '../reason-code.ts';
import type { UserProperty } from '../user-property.ts';
import { decodeOptionalProperties } from './acknowledgement.ts';

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
  const use = reader.role === 'server' ? DISCONNECT_OF_CLIENT : DISCONNECT_OF_SERVER;
  return {
    type: 'disconnect',
    reasonCode: decodeReasonCode(reader, use, 'MQTT-3.14.2-1', true),
    properties: decodeOptionalProperties(reader, PROPERTIES),
  };
}

/** The bytes of a DISCONNECT, in its shortest form; 3.1.1 has nothing in it. */
export function encodeDisconnect(packet: DisconnectPacket, writer: ByteWriter): Uint8Array {
  const { reasonCode, properties } = packet;
  const propertiesEstimate = estimateProperties(properties, PROPERTIES, writer);
  writer.begin(0xe0, propertiesEstimate);
  if (writer.format.hasProperties) {
    checkReasonCode(reasonCode, DISCONNECT, 'MQTT-3.14.2-1');
    if (reasonCode !== SUCCESS || propertiesEstimate > 1) writer.byte(reasonCode);
    if (propertiesEstimate > 1) encodeProperties(properties, PROPERTIES, writer);
  }
  return writer.finish();
}

const PROPERTIES: PropertyPlace<DisconnectProperties> = propertyPlace(DISCONNECT_PLACE, () => ({}));
