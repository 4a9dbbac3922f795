import type { TopicName } from '@skua/topics';
import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties, estimateProperties } from '../encode-properties.ts';
import { refusal } from '../encode-refusal.ts';
import { PUBLISH, propertyPlace, type PropertyPlace } from '../property-place.ts';
import { qosFromBits, type QoS } from '../quality-of-service.ts';
import type { UserProperty } from '../user-property.ts';
import { DUP, QOS_SHIFT, RETAIN } from './packet-flags.ts';
import type { Encodable } from './packet.ts';
import { cite } from './wire-format.ts';

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
  const { format, start } = reader;
  const qosBits = (flags >> QOS_SHIFT) & 3;
  const dup = (flags & DUP) !== 0;
  if (qosBits === 3)
    throw reader.malformed('QoS', 3, QOS_ALLOWED, start, cite(format, 'MQTT-3.3.1-4', 'v3 MQTT-3.3.1-4'));
  if (dup && qosBits === 0) {
    throw reader.malformed('DUP', 1, DUP_ALLOWED, start, cite(format, 'MQTT-3.3.1-2', 'v3 MQTT-3.3.1-2'));
  }
  const qos = qosFromBits(qosBits);
  const offset = reader.position;
  const topicName = reader.topicName('Topic Name', 'MQTT-3.3.2-2', 'v3 MQTT-3.3.2-2', format.hasProperties);
  const packetIdentifier =
    qos === 0
      ? 0
      : reader.packetIdentifier(reader.role === 'server' ? 'MQTT-2.2.1-3' : 'MQTT-2.2.1-4', 'v3 MQTT-2.3.1-1');
  const properties = decodeProperties(reader, PROPERTIES);
  if (topicName === '' && properties.topicAlias === undefined) {
    throw reader.forbidden('Topic Name', 'empty', TOPIC_ALLOWED, offset, 'U-3.3.2.1-1');
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

/** The bytes of a PUBLISH; without its payload when that is sent apart. */
export function encodePublish(
  packet: Encodable<PublishPacket>,
  writer: ByteWriter,
  payloadApart: boolean = false,
): Uint8Array {
  const { dup, qos, topicName, packetIdentifier, payload, properties } = packet;
  const { format } = writer;
  if (qos !== 0 && qos !== 1 && qos !== 2) {
    throw refusal('qos', qos, QOS_ALLOWED, cite(format, 'MQTT-3.3.1-4', 'v3 MQTT-3.3.1-4'));
  }
  if (dup && qos === 0) throw refusal('dup', dup, DUP_ALLOWED, cite(format, 'MQTT-3.3.1-2', 'v3 MQTT-3.3.1-2'));
  if (!(payload instanceof Uint8Array)) throw refusal('payload', payload, 'a Uint8Array');
  const bytesApart = payloadApart ? payload.length : 0;
  const estimate =
    4 +
    (typeof topicName === 'string' ? topicName.length : 0) +
    payload.length +
    estimateProperties(properties, PROPERTIES, writer);
  const flags = (dup ? DUP : 0) | (qos << QOS_SHIFT) | (packet.retain ? RETAIN : 0);
  writer.begin(0x30 | flags, qos === 0 ? estimate - 2 : estimate, bytesApart);
  if (topicName === '' && format.hasProperties) {
    if (properties.topicAlias === undefined) throw refusal('topicName', topicName, TOPIC_ALLOWED, 'U-3.3.2.1-1');
    writer.twoByteInteger(0);
  } else {
    writer.topicName(topicName, '', 'topicName', 'MQTT-3.3.2-2', 'v3 MQTT-3.3.2-2');
  }
  if (qos > 0) writer.packetIdentifier(packetIdentifier);
  else if (packetIdentifier !== 0) {
    const statement = cite(format, 'MQTT-2.2.1-2', 'v3 MQTT-2.3.1-5');
    throw refusal('packetIdentifier', packetIdentifier, '0 when qos is 0', statement);
  }
  encodeProperties(properties, PROPERTIES, writer);
  if (!payloadApart) writer.raw(payload);
  return writer.finish(bytesApart);
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

const QOS_ALLOWED = '0, 1 or 2';
const DUP_ALLOWED = 'only with QoS 1 and 2';
const TOPIC_ALLOWED = 'a Topic Name, or none with a Topic Alias';
const PROPERTIES: PropertyPlace<PublishProperties> = propertyPlace(PUBLISH, createProperties);
