// The packets that the codec benchmark sends through both libraries, once in each library's own shape.

import type { EncodablePacket, ProtocolVersion, Role } from '@skua/codec';
import type { Packet as PeerPacket } from 'mqtt-packet';

/** One packet in the shapes of both libraries, which encode to the same bytes. */
export interface CodecCase {
  readonly name: string;
  readonly version: ProtocolVersion;
  /** The side that reads it. */
  readonly role: Role;
  readonly ours: EncodablePacket;
  readonly peer: PeerPacket;
}

const topic = 'plant-7/line-12/press-3/temperature';
const payload: Buffer = Buffer.from('{"celsius":71.4,"at":"2026-11-23T05:14:09Z","unit":12}'.padEnd(128, ' '));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** The cases of the benchmark, in the order of its table. */
export const codecCases: readonly CodecCase[] = [
  {
    name: 'PUBLISH QoS 1, 3.1.1',
    version: 4,
    role: 'server',
    ours: {
      type: 'publish',
      dup: false,
      qos: 1,
      retain: false,
      topicName: topic,
      packetIdentifier: 4711,
      payload,
      properties: {},
    },
    peer: { cmd: 'publish', dup: false, qos: 1, retain: false, topic, messageId: 4711, payload },
  },
  {
    name: 'PUBLISH QoS 1, 5.0, 4 properties',
    version: 5,
    role: 'server',
    ours: {
      type: 'publish',
      dup: false,
      qos: 1,
      retain: false,
      topicName: topic,
      packetIdentifier: 4711,
      payload,
      properties: {
        payloadFormatIndicator: 1,
        messageExpiryInterval: 3600,
        contentType: 'application/json',
        userProperties: [['trace', '4bf92f3577b34da6']],
      },
    },
    peer: {
      cmd: 'publish',
      dup: false,
      qos: 1,
      retain: false,
      topic,
      messageId: 4711,
      payload,
      properties: {
        payloadFormatIndicator: true,
        messageExpiryInterval: 3600,
        contentType: 'application/json',
        userProperties: { trace: '4bf92f3577b34da6' },
      },
    },
  },
  {
    name: 'CONNECT 3.1.1',
    version: 4,
    role: 'server',
    ours: {
      type: 'connect',
      protocolVersion: 4,
      cleanStart: true,
      keepAlive: 60,
      clientIdentifier: 'press-3-gateway',
      will: { topicName: 'plant-7/gone', payload: text('press-3'), qos: 1, retain: true, properties: {} },
      userName: 'press',
      password: text('correct horse'),
      properties: {},
    },
    peer: {
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 60,
      clientId: 'press-3-gateway',
      will: { topic: 'plant-7/gone', payload: Buffer.from('press-3'), qos: 1, retain: true },
      username: 'press',
      password: Buffer.from('correct horse'),
    },
  },
  {
    name: 'SUBSCRIBE 5.0, 3 filters',
    version: 5,
    role: 'server',
    ours: {
      type: 'subscribe',
      packetIdentifier: 12,
      subscriptions: ['plant-7/+/temperature', 'plant-7/line-12/#', '$share/workers/jobs/+'].map((topicFilter) => ({
        topicFilter,
        qos: 1,
        noLocal: false,
        retainAsPublished: true,
        retainHandling: 1,
      })),
      properties: {},
    },
    peer: {
      cmd: 'subscribe',
      messageId: 12,
      subscriptions: ['plant-7/+/temperature', 'plant-7/line-12/#', '$share/workers/jobs/+'].map((filter) => ({
        topic: filter,
        qos: 1,
        nl: false,
        rap: true,
        rh: 1,
      })),
    },
  },
  {
    name: 'PUBACK 3.1.1',
    version: 4,
    role: 'server',
    ours: { type: 'puback', packetIdentifier: 4711, reasonCode: 0, properties: {} },
    peer: { cmd: 'puback', messageId: 4711 },
  },
];
