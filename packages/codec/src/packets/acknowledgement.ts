// What PUBACK, PUBREC, PUBREL and PUBCOMP have in common: they differ in name, flags, Reason Codes and statements only.

import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties, estimateProperties } from '../encode-properties.ts';
import { propertyPlace, type PropertyPlace } from '../property-place.ts';
import { checkReasonCode } from '../reason-code-field.ts';
import { SUCCESS } from '../reason-code-table.ts';
import type { ReasonCode } from '../reason-code.ts';
import type { UserProperty } from '../user-property.ts';

/** The properties of PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK and UNSUBACK. Empty for 3.1.1 and 3.1. */
export interface AcknowledgementProperties {
  readonly reasonString?: string | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
}

/** A PUBACK, PUBREC, PUBREL or PUBCOMP. */
export interface Acknowledgement {
  readonly packetIdentifier: number;
  readonly reasonCode: ReasonCode;
  readonly properties: AcknowledgementProperties;
}

/** The Packet Identifier that each starts with. */
export function decodeAcknowledgedIdentifier(reader: ByteReader): number {
  return reader.packetIdentifier('MQTT-2.2.1-5', 'v3 MQTT-2.3.1-6');
}

/** The properties, whose length may be left out when there are none. */
export function decodeOptionalProperties<T extends object>(reader: ByteReader, place: PropertyPlace<T>): T {
  return reader.position === reader.end ? place.none : decodeProperties(reader, place);
}

/** The bytes of a PUBACK, PUBREC, PUBREL or PUBCOMP, in its shortest form. */
export function encodeAcknowledgement(
  packet: Acknowledgement,
  writer: ByteWriter,
  firstByte: number,
  place: PropertyPlace<AcknowledgementProperties>,
  use: number,
  statement: string,
): Uint8Array {
  const { reasonCode, properties } = packet;
  const propertiesLength = estimateProperties(properties, place, writer) - 1;
  // In 3.1.1 it is -1: there is neither Reason Code nor Property Length.
  if (propertiesLength >= 0) checkReasonCode(reasonCode, use, statement);
  const hasReasonCode = propertiesLength > 0 || (propertiesLength === 0 && reasonCode !== SUCCESS);
  writer.begin(firstByte, hasReasonCode ? 3 + propertiesLength : 2);
  writer.packetIdentifier(packet.packetIdentifier);
  if (hasReasonCode) writer.byte(reasonCode);
  if (propertiesLength > 0) encodeProperties(properties, place, writer);
  return writer.finish();
}

/** The place for the properties of a packet that acknowledges another. */
export function acknowledgementPlace(bit: number): PropertyPlace<AcknowledgementProperties> {
  return propertyPlace(bit, createProperties);
}

function createProperties(): AcknowledgementProperties {
  return { reasonString: undefined, userProperties: undefined };
}
