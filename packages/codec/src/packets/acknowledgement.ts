// What PUBACK, PUBREC, PUBREL and PUBCOMP have in common: they differ in name, flags, Reason Codes and statements only.

import type { ByteReader } from '../byte-reader.ts';
import { variableByteIntegerLength, type ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties, measureProperties } from '../encode-properties.ts';
import { checkPacketIdentifier } from '../measure-fields.ts';
import type { PropertyPlaceName } from '../property-table.ts';
import { checkReasonCode, decodeReasonCode } from '../reason-code-field.ts';
import { ReasonCode } from '../reason-code.ts';
import type { UserProperty } from '../user-property.ts';

/** The properties of PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK and UNSUBACK. Empty for 3.1.1 and 3.1. */
export interface AcknowledgementProperties {
  readonly reasonString?: string | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
}

/** The Packet Identifier that every acknowledgement starts with. */
export function decodeAcknowledgedIdentifier(reader: ByteReader): number {
  return reader.packetIdentifier('MQTT-2.2.1-5', 'v3 MQTT-2.3.1-6');
}

/** The Reason Code, which may be left out when it is Success; 3.1.1 has none. */
export function decodeOptionalReasonCode(reader: ByteReader, use: number, statement: string): ReasonCode {
  if (reader.position === reader.end || !reader.format.hasProperties) return ReasonCode.Success;
  return decodeReasonCode(reader, use, statement);
}

/** The properties, whose length may be left out when there are none; 3.1.1 has none. */
export function decodeAcknowledgementProperties(
  reader: ByteReader,
  place: PropertyPlaceName,
): AcknowledgementProperties {
  return reader.position === reader.end ? NO_ACKNOWLEDGEMENT_PROPERTIES : decodeRequiredProperties(reader, place);
}

/** The same where the length must be there, as in SUBACK and UNSUBACK. */
export function decodeRequiredProperties(reader: ByteReader, place: PropertyPlaceName): AcknowledgementProperties {
  if (!reader.format.hasProperties) return NO_ACKNOWLEDGEMENT_PROPERTIES;
  return decodeProperties(reader, place, NO_ACKNOWLEDGEMENT_PROPERTIES, createProperties);
}

/** A PUBACK, PUBREC, PUBREL or PUBCOMP for the encoder. */
export interface EncodableAcknowledgement {
  readonly packetIdentifier: number;
  readonly reasonCode: ReasonCode;
  readonly properties: AcknowledgementProperties;
}

/** The Remaining Length of a PUBACK, PUBREC, PUBREL or PUBCOMP; checks it. */
export function measureAcknowledgement(
  packet: EncodableAcknowledgement,
  writer: ByteWriter,
  place: PropertyPlaceName,
  use: number,
  statement: string,
): number {
  const { format } = writer;
  checkPacketIdentifier(packet.packetIdentifier, format);
  if (!format.hasProperties) return 2;
  checkReasonCode(packet.reasonCode, use, statement);
  const { properties } = packet;
  writer.propertyLength =
    properties === NO_ACKNOWLEDGEMENT_PROPERTIES ? 0 : measureProperties(properties, place, writer);
  if (writer.propertyLength === 0) return packet.reasonCode === ReasonCode.Success ? 2 : 3;
  return 3 + variableByteIntegerLength(writer.propertyLength) + writer.propertyLength;
}

/** Writes a PUBACK, PUBREC, PUBREL or PUBCOMP that has been measured, in its shortest form. */
export function encodeAcknowledgement(
  packet: EncodableAcknowledgement,
  writer: ByteWriter,
  firstByte: number,
  remainingLength: number,
): void {
  writer.begin(firstByte, remainingLength);
  writer.twoByteInteger(packet.packetIdentifier);
  if (remainingLength > 2) writer.byte(packet.reasonCode);
  if (remainingLength > 3) encodeProperties(packet.properties, writer.propertyLength, writer);
}

function createProperties(): AcknowledgementProperties {
  return { reasonString: undefined, userProperties: undefined };
}

/** What an acknowledgement without properties has, one object for all of them. */
export const NO_ACKNOWLEDGEMENT_PROPERTIES: AcknowledgementProperties = Object.freeze(createProperties());
