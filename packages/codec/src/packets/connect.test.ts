import { describe, expect, test } from 'vitest';
import { compact, decode, fault, forbidden, hex, malformed, refusal, utf8 } from '../../test-support/packet-cases.ts';
import {
  encodePacket,
  type ConnectPacket,
  type Encodable,
  type EncodablePacket,
  type ProtocolVersion,
} from '../index.ts';

type Connect = Encodable<ConnectPacket>;

const least = {
  type: 'connect',
  protocolVersion: 5,
  cleanStart: true,
  keepAlive: 60,
  clientIdentifier: 'c',
  properties: {},
} satisfies EncodablePacket;
const least4 = { ...least, protocolVersion: 4 } satisfies EncodablePacket;
const will = { topicName: 'w', payload: utf8('x'), qos: 0, retain: false, properties: {} } satisfies Connect['will'];

const rightPackets: readonly [name: string, version: ProtocolVersion, hex: string, packet: Connect][] = [
  ['the least of 5.0', 5, '10 0e 0004 4d515454 05 02 003c 00 0001 63', least],
  ['the least of 3.1.1', 4, '10 0d 0004 4d515454 04 02 003c 0001 63', least4],
  ['the least of 3.1', 3, '10 0f 0006 4d5149736470 03 02 003c 0001 63', { ...least, protocolVersion: 3 }],
  ['no Client Identifier', 5, '10 0d 0004 4d515454 05 02 003c 00 0000', { ...least, clientIdentifier: '' }],
  ['keep alive off', 4, '10 0d 0004 4d515454 04 02 0000 0001 63', { ...least4, keepAlive: 0 }],
  ['the longest keep alive', 4, '10 0d 0004 4d515454 04 02 ffff 0001 63', { ...least4, keepAlive: 65_535 }],
  ['a session to resume', 4, '10 0d 0004 4d515454 04 00 003c 0001 63', { ...least4, cleanStart: false }],
  [
    'a Will, user name and password in 3.1.1',
    4,
    '10 19 0004 4d515454 04 f6 003c 0001 63 0001 77 0001 78 0001 75 0001 70',
    { ...least4, will: { ...will, qos: 2, retain: true }, userName: 'u', password: utf8('p') },
  ],
  [
    'a password without user name in 5.0',
    5,
    '10 11 0004 4d515454 05 42 003c 00 0001 63 0001 70',
    { ...least, password: utf8('p') },
  ],
  [
    'an empty password and an empty Will payload',
    5,
    '10 18 0004 4d515454 05 c6 003c 00 0001 63 00 0001 77 0000 0000 0000',
    { ...least, will: { ...will, payload: utf8('') }, userName: '', password: utf8('') },
  ],
  [
    'all properties, those of the Will too',
    5,
    `10 65 0004 4d515454 05 0e 003c
     29 11ffffffff 210001 270000ffff 22ffff 1901 1700 26 0001 61 0001 62 26 0001 61 0000 15 0001 6d 16 0001 ff
     0001 63
     27 18 00000005 0101 02 0000000a 03 0001 74 08 0001 72 09 0002 0001 26 0001 6b 0001 76 26 0001 6b 0001 76
     0001 77 0001 78`,
    {
      ...least,
      will: {
        ...will,
        qos: 1,
        properties: {
          willDelayInterval: 5,
          payloadFormatIndicator: 1,
          messageExpiryInterval: 10,
          contentType: 't',
          responseTopic: 'r',
          correlationData: Uint8Array.of(0, 1),
          userProperties: [
            ['k', 'v'],
            ['k', 'v'],
          ],
        },
      },
      properties: {
        sessionExpiryInterval: 0xffffffff,
        receiveMaximum: 1,
        maximumPacketSize: 0xffff,
        topicAliasMaximum: 0xffff,
        requestResponseInformation: true,
        requestProblemInformation: false,
        userProperties: [
          ['a', 'b'],
          ['a', ''],
        ],
        authenticationMethod: 'm',
        authenticationData: Uint8Array.of(0xff),
      },
    },
  ],
];

describe.each(rightPackets)('%s', (_name, version, hexText, packet) => {
  test('decodes', () => {
    expect(decode(hexText, version, 'server')).toEqual(packet);
  });
  test('encodes', () => {
    expect(hex(encodePacket(packet, version))).toBe(compact(hexText));
  });
});

describe('what a server refuses', () => {
  test.each([
    ['another protocol', '10 0d 0004 4d515458 05 02 003c 0001 63', forbidden(2, 'MQTT-3.1.2-1', 0x84)],
    ['version 6', '10 0d 0004 4d515454 06 02 003c 0001 63', forbidden(8, 'MQTT-3.1.2-2', 0x84)],
    ['version 3 with the name of 3.1.1', '10 0d 0004 4d515454 03 02 003c 0001 63', forbidden(8, 'MQTT-3.1.2-2', 0x84)],
    [
      'version 4 with the name of 3.1',
      '10 0f 0006 4d5149736470 04 02 003c 0001 63',
      forbidden(10, 'MQTT-3.1.2-2', 0x84),
    ],
    ['the reserved bit', '10 0e 0004 4d515454 05 03 003c 00 0001 63', malformed(9, 'MQTT-3.1.2-3')],
    ['the reserved bit in 3.1.1', '10 0d 0004 4d515454 04 03 003c 0001 63', malformed(9, 'v3 MQTT-3.1.2-3')],
    ['Will QoS without a Will', '10 0e 0004 4d515454 05 0a 003c 00 0001 63', malformed(9, 'MQTT-3.1.2-11')],
    ['Will Retain without a Will', '10 0e 0004 4d515454 05 22 003c 00 0001 63', malformed(9, 'MQTT-3.1.2-13')],
    ['Will QoS without a Will in 3.1.1', '10 0d 0004 4d515454 04 12 003c 0001 63', malformed(9, 'v3 MQTT-3.1.2-13')],
    ['Will Retain without a Will in 3.1.1', '10 0d 0004 4d515454 04 22 003c 0001 63', malformed(9, 'v3 MQTT-3.1.2-15')],
    ['Will QoS 3', '10 15 0004 4d515454 05 1e 003c 00 0001 63 00 0001 77 0001 78', malformed(9, 'MQTT-3.1.2-12')],
    [
      'a password without user name in 3.1.1',
      '10 10 0004 4d515454 04 42 003c 0001 63 0001 70',
      malformed(9, 'v3 MQTT-3.1.2-22'),
    ],
    [
      'a Will Topic with a wildcard',
      '10 15 0004 4d515454 05 06 003c 00 0001 63 00 0001 23 0001 78',
      malformed(17, 'MQTT-4.7.0-1'),
    ],
    ['an empty Will Topic', '10 14 0004 4d515454 05 06 003c 00 0001 63 00 0000 0001 78', malformed(17, 'MQTT-4.7.3-1')],
    ['a Client Identifier with U+0000', '10 0e 0004 4d515454 05 02 003c 00 0001 00', malformed(13, 'MQTT-1.5.4-2')],
    [
      'a Client Identifier beyond the packet',
      '10 0e 0004 4d515454 05 02 003c 00 0002 63',
      malformed(13, 'MQTT-4.13.1-1'),
    ],
    ['no Client Identifier field', '10 0b 0004 4d515454 05 02 003c 00', malformed(13, 'MQTT-4.13.1-1')],
    ['bytes behind the payload', '10 0f 0004 4d515454 05 02 003c 00 0001 63 00', malformed(16, 'MQTT-4.13.1-1')],
    [
      'a Remaining Length longer than it need be',
      '10 8e00 0004 4d515454 05 02 003c 00 0001 63',
      malformed(1, 'MQTT-1.5.5-1'),
    ],
    [
      'Authentication Data alone',
      '10 12 0004 4d515454 05 02 003c 04 16 0001 ff 0001 63',
      forbidden(12, 'U-3.1.2.11.10-1'),
    ],
    ['Receive Maximum 0', '10 11 0004 4d515454 05 02 003c 03 21 0000 0001 63', forbidden(14, 'U-3.1.2.11.3-1')],
    ['Maximum Packet Size 0', '10 13 0004 4d515454 05 02 003c 05 27 00000000 0001 63', forbidden(14, 'U-3.1.2.11.4-1')],
    [
      'Request Problem Information 2',
      '10 10 0004 4d515454 05 02 003c 02 1702 0001 63',
      forbidden(14, 'U-3.1.2.11.7-1'),
    ],
    ['a property twice', '10 14 0004 4d515454 05 02 003c 06 220001 220001 0001 63', forbidden(16, 'U-3.1.2.11.5-1')],
    ['a property of the Will', '10 13 0004 4d515454 05 02 003c 05 1800000001 0001 63', malformed(13, 'U-2.2.2.2-1')],
  ])('%s', (_name, hexText, expected) => {
    expect(fault(hexText, undefined, 'server')).toEqual(expected);
  });

  test('a long Remaining Length is right in 3.1.1, which does not forbid it', () => {
    expect(decode('10 8d00 0004 4d515454 04 02 003c 0001 63', 4, 'server')).toEqual(least4);
  });
});

describe('what the encoder refuses', () => {
  test.each<[string, unknown, ProtocolVersion, readonly string[]]>([
    ['another version than the one to encode for', least, 4, ['protocolVersion']],
    ['a keep alive beyond two bytes', { ...least, keepAlive: 65_536 }, 5, ['keepAlive']],
    ['a keep alive with a fraction', { ...least, keepAlive: 1.5 }, 5, ['keepAlive']],
    ['half a surrogate pair', { ...least, clientIdentifier: '\ud800' }, 5, ['clientIdentifier', 'MQTT-1.5.4-1']],
    ['the same in 3.1.1', { ...least4, clientIdentifier: '\ud800' }, 4, ['clientIdentifier', 'v3 MQTT-1.5.3-1']],
    ['U+0000', { ...least, userName: 'a\0' }, 5, ['userName', 'MQTT-1.5.4-2']],
    ['a text beyond 65,535 bytes', { ...least, userName: 'é'.repeat(32_768) }, 5, ['userName']],
    ['a number for a text', { ...least, userName: 7 }, 5, ['userName']],
    ['a text for bytes', { ...least, password: 'secret' }, 5, ['password']],
    ['a password beyond 65,535 bytes', { ...least, password: new Uint8Array(65_536) }, 5, ['password']],
    ['a password without user name', { ...least4, password: utf8('p') }, 4, ['password', 'v3 MQTT-3.1.2-22']],
    ['Will QoS 3', { ...least, will: { ...will, qos: 3 } }, 5, ['will.qos', 'MQTT-3.1.2-12']],
    [
      'a Will Topic with a wildcard',
      { ...least, will: { ...will, topicName: 'a/+' } },
      5,
      ['will.topicName', 'MQTT-4.7.0-1'],
    ],
    ['the same in 3.1.1', { ...least4, will: { ...will, topicName: 'a/+' } }, 4, ['will.topicName', 'v3 MQTT-4.7.1-1']],
    ['an empty Will Topic', { ...least, will: { ...will, topicName: '' } }, 5, ['will.topicName', 'MQTT-4.7.3-1']],
    [
      'Authentication Data alone',
      { ...least, properties: { authenticationData: utf8('') } },
      5,
      ['properties.authenticationMethod', 'U-3.1.2.11.10-1'],
    ],
    [
      'Receive Maximum 0',
      { ...least, properties: { receiveMaximum: 0 } },
      5,
      ['properties.receiveMaximum', 'U-3.1.2.11.3-1'],
    ],
    [
      'a Will property out of range',
      { ...least, will: { ...will, properties: { willDelayInterval: -1 } } },
      5,
      ['will.properties.willDelayInterval', 'U-3.1.3.2.2-1'],
    ],
    [
      'a property of another packet',
      { ...least, properties: { topicAlias: 1 } },
      5,
      ['properties.topicAlias', 'U-2.2.2.2-1'],
    ],
  ])('%s', (_name, packet, version, expected) => {
    expect(refusal(packet, version)).toEqual(expected);
  });

  test('properties are left out in 3.1.1, whatever they are', () => {
    const packet = {
      ...least4,
      properties: { sessionExpiryInterval: -1 },
      will: { ...will, properties: { willDelayInterval: 1 } },
    };
    expect(hex(encodePacket(packet, 4))).toBe(compact('101300044d515454 0406003c 000163 000177 000178'));
  });
});
