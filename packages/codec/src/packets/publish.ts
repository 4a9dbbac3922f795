import type { TopicName } from '@skua/topics';
import type { ByteReader } from '../byte-reader.ts';
import { variableByteIntegerLength, type ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties, measureProperties } from '../encode-properties.ts';
import { EncodeError } from '../errors.ts';
import { checkPacketIdentifier, measureTopicName } from '../measure-fields.ts';
import { qosFromBits, type QoS } from '../quality-of-service.ts';
import type { UserProperty } from '../user-property.ts';
import type { Encodable } from './packet.ts';
import { cite, type WireFormat } from './wire-format.ts';

/** An Application Message on its way (section 3.3). */
export interface PublishPacket {
  readonly type: 'publish';
  readonly dup: boolean;
  readonly qos: QoS;
  readonly retain: boolean;
  /** Empty only in 5.0 and only when `properties.topicAlias` is present. */
  readonly topicName: TopicName | '';
  /** 1 to 65,535, or 0 when `qos` is 0: then the packet carries none. */
  readonly packetIdentifier: number;
  /** A view of the chunk that was pushed into the reader: copy it to keep it. */
  readonly payload: Uint8Array;
  /** Empty for 3.1.1 and 3.1. */
  readonly properties: PublishProperties;
}

/** The properties of PUBLISH (section 3.3.2.3). */
export interface PublishProperties {
  /** 0: unspecified bytes, 1: UTF-8 text. */
  readonly payloadFormatIndicator?: 0 | 1 | undefined;
  /** Seconds, 0 to 4,294,967,295. */
  readonly messageExpiryInterval?: number | undefined;
  /** 1 to 65,535. */
  readonly topicAlias?: number | undefined;
  readonly responseTopic?: TopicName | undefined;
  readonly correlationData?: Uint8Array | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
  /** Each 1 to 268,435,455; only a server sends them. */
  readonly subscriptionIdentifiers?: readonly number[] | undefined;
  readonly contentType?: string | undefined;
}

/** Reads what follows the fixed header of a PUBLISH, whose flags it needs. */
export function decodePublish(reader: ByteReader, flags: number): PublishPacket {
  const { format } = reader;
  const qosBits = (flags >> 1) & 3;
  const dup = (flags & DUP) !== 0;
  if (qosBits === 3) {
    const message = 'both QoS bits of PUBLISH are set';
    throw reader.malformed(message, reader.start, cite(format, 'MQTT-3.3.1-4', 'v3 MQTT-3.3.1-4'));
  }
  if (dup && qosBits === 0) {
    const message = 'DUP is set in a PUBLISH with QoS 0';
    throw reader.malformed(message, reader.start, cite(format, 'MQTT-3.3.1-2', 'v3 MQTT-3.3.1-2'));
  }
  const qos = qosFromBits(qosBits);
  const offset = reader.position;
  const topicName = format.hasProperties
    ? reader.topicNameOrEmpty('Topic Name', 'MQTT-3.3.2-2', 'v3 MQTT-3.3.2-2')
    : reader.topicName('Topic Name', 'MQTT-3.3.2-2', 'v3 MQTT-3.3.2-2');
  const packetIdentifier =
    qos === 0
      ? 0
      : reader.packetIdentifier(reader.role === 'server' ? 'MQTT-2.2.1-3' : 'MQTT-2.2.1-4', 'v3 MQTT-2.3.1-1');
  const properties = format.hasProperties
    ? decodeProperties(reader, 'publish', NO_PROPERTIES, createProperties)
    : NO_PROPERTIES;
  if (topicName === '' && properties.topicAlias === undefined) {
    throw reader.forbidden('Topic Name is empty and there is no Topic Alias', offset, 'U-3.3.2.1-1');
  }
  return {
    type: 'publish',
    dup,
    qos,
    retain: (flags & RETAIN) !== 0,
    topicName,
    packetIdentifier,
    payload: reader.view('Payload', reader.end - reader.position),
    properties,
  };
}

/** The Remaining Length of a PUBLISH; checks it. */
export function measurePublish(packet: Encodable<PublishPacket>, writer: ByteWriter): number {
  const { format } = writer;
  const { qos, payload, properties } = packet;
  if (qos !== 0 && qos !== 1 && qos !== 2) {
    throw refusal('qos', qos, '0, 1 or 2', format, 'MQTT-3.3.1-4', 'v3 MQTT-3.3.1-4');
  }
  if (packet.dup && qos === 0) {
    throw refusal('dup', true, 'false when qos is 0', format, 'MQTT-3.3.1-2', 'v3 MQTT-3.3.1-2');
  }
  if (!(payload instanceof Uint8Array)) {
    throw new EncodeError({ field: 'payload', found: payload, allowed: 'a Uint8Array' });
  }
  let length = payload.length + measureTopic(packet, writer);
  if (qos > 0) {
    checkPacketIdentifier(packet.packetIdentifier, format);
    length += 2;
  } else if (packet.packetIdentifier !== 0) {
    const found = packet.packetIdentifier;
    throw refusal('packetIdentifier', found, '0 when qos is 0', format, 'MQTT-2.2.1-2', 'v3 MQTT-2.3.1-5');
  }
  if (format.hasProperties) {
    writer.propertyLength = properties === NO_PROPERTIES ? 0 : measureProperties(properties, 'publish', writer);
    length += variableByteIntegerLength(writer.propertyLength) + writer.propertyLength;
  }
  return length;
}

/** Checks and writes a PUBLISH; without its payload when that is sent apart. */
export function encodePublish(
  packet: Encodable<PublishPacket>,
  writer: ByteWriter,
  payloadApart: boolean = false,
): void {
  const { qos, payload, properties } = packet;
  const flags = (packet.dup ? DUP : 0) | (qos << 1) | (packet.retain ? RETAIN : 0);
  writer.begin(0x30 | flags, measurePublish(packet, writer), payloadApart ? payload.length : 0);
  writer.string(packet.topicName, true);
  if (qos > 0) writer.twoByteInteger(packet.packetIdentifier);
  if (writer.format.hasProperties) encodeProperties(properties, writer.propertyLength, writer);
  if (!payloadApart) writer.raw(payload);
}

function measureTopic(packet: Encodable<PublishPacket>, writer: ByteWriter): number {
  const { topicName, properties } = packet;
  if (topicName === '' && writer.format.hasProperties) {
    if (properties.topicAlias !== undefined) return 2;
    const allowed = 'a Topic Name, or empty with properties.topicAlias';
    throw new EncodeError({ field: 'topicName', found: topicName, allowed, statement: 'U-3.3.2.1-1' });
  }
  return measureTopicName(topicName, '', 'topicName', writer, 'MQTT-3.3.2-2', 'v3 MQTT-3.3.2-2');
}

function refusal(
  field: string,
  found: unknown,
  allowed: string,
  format: WireFormat,
  v5: string,
  v3: string,
): EncodeError {
  return new EncodeError({ field, found, allowed, statement: cite(format, v5, v3) });
}

function createProperties(): PublishProperties {
  return {
    payloadFormatIndicator: undefined,
    messageExpiryInterval: undefined,
    topicAlias: undefined,
    responseTopic: undefined,
    correlationData: undefined,
    userProperties: undefined,
    subscriptionIdentifiers: undefined,
    contentType: undefined,
  };
}

/** The DUP flag in the first byte of a PUBLISH. */
export const DUP = 0x08;
const RETAIN = 0x01;
const NO_PROPERTIES: PublishProperties = Object.freeze(createProperties());
