import type { TopicName } from '@skua/topics';
import type { ByteReader } from '../byte-reader.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { decodeProperties } from '../decode-properties.ts';
import { encodeProperties } from '../encode-properties.ts';
import { refusal } from '../encode-refusal.ts';
import { WILL, propertyPlace, type PropertyPlace } from '../property-place.ts';
import { qosFromBits, type QoS } from '../quality-of-service.ts';
import type { UserProperty } from '../user-property.ts';
import { WILL_QOS_SHIFT, WILL_RETAIN } from './packet-flags.ts';
import type { Encodable } from './packet.ts';
import { cite } from './wire-format.ts';

/** The message that a server publishes when a connection ends without a normal DISCONNECT (section 3.1.2.5). */
export interface Will {
  readonly topicName: TopicName;
  /** At most 65,535 bytes. */
  readonly payload: Uint8Array;
  readonly qos: QoS;
  readonly retain: boolean;
  /** Empty for 3.1.1 and 3.1. */
  readonly properties: WillProperties;
}

/** The properties of a Will (section 3.1.3.2). */
export interface WillProperties {
  /** Seconds, 0 to 4,294,967,295. */
  readonly willDelayInterval?: number | undefined;
  /** 0: unspecified bytes, 1: UTF-8 text. */
  readonly payloadFormatIndicator?: 0 | 1 | undefined;
  /** Seconds, 0 to 4,294,967,295. */
  readonly messageExpiryInterval?: number | undefined;
  readonly contentType?: string | undefined;
  readonly responseTopic?: TopicName | undefined;
  readonly correlationData?: Uint8Array | undefined;
  readonly userProperties?: readonly UserProperty[] | undefined;
}

/** Reads the Will of a CONNECT, of which the Connect Flags hold a part. */
export function decodeWill(reader: ByteReader, connectFlags: number): Will {
  const properties = decodeProperties(reader, PROPERTIES);
  return {
    topicName: reader.topicName('Will Topic', 'MQTT-4.7.0-1', 'v3 MQTT-4.7.1-1'),
    payload: reader.binary('Will Payload'),
    qos: qosFromBits((connectFlags >> WILL_QOS_SHIFT) & 3),
    retain: (connectFlags & WILL_RETAIN) !== 0,
    properties,
  };
}

/** Writes a Will into the payload of a CONNECT. */
export function encodeWill(will: Encodable<Will>, writer: ByteWriter): void {
  const { qos } = will;
  if (qos !== 0 && qos !== 1 && qos !== 2) {
    throw refusal('will.qos', qos, '0, 1 or 2', cite(writer.format, 'MQTT-3.1.2-12', 'v3 MQTT-3.1.2-14'));
  }
  encodeProperties(will.properties, PROPERTIES, writer, 'will.properties.');
  writer.topicName(will.topicName, 'will.', 'topicName', 'MQTT-4.7.0-1', 'v3 MQTT-4.7.1-1');
  writer.binary(will.payload, 'will.', 'payload');
}

/** The bits of the Connect Flags that belong to the Will, without the Will Flag itself. */
export function willFlags(will: Encodable<Will>): number {
  return (will.qos << WILL_QOS_SHIFT) | (will.retain ? WILL_RETAIN : 0);
}

function createProperties(): WillProperties {
  return {
    willDelayInterval: undefined,
    payloadFormatIndicator: undefined,
    messageExpiryInterval: undefined,
    contentType: undefined,
    responseTopic: undefined,
    correlationData: undefined,
    userProperties: undefined,
  };
}

const PROPERTIES: PropertyPlace<WillProperties> = propertyPlace(WILL, createProperties);
