import { describe, expect, test } from 'vitest';
import { compact, decode, fault, forbidden, hex, malformed, refusal, utf8 } from '../../test-support/packet-cases.ts';
import {
  encodePacket,
  type Encodable,
  type EncodablePacket,
  type ProtocolVersion,
  type PublishPacket,
  type Role,
} from '../index.ts';

type Publish = Encodable<PublishPacket>;

const least = {
  type: 'publish',
  dup: false,
  qos: 0,
  retain: false,
  topicName: 'a/b',
  packetIdentifier: 0,
  payload: utf8(''),
  properties: {},
} satisfies EncodablePacket;
const once = { ...least, qos: 1, packetIdentifier: 10 } satisfies EncodablePacket;

const rightPackets: readonly [name: string, version: ProtocolVersion, role: Role, hex: string, packet: Publish][] = [
  ['the least of 3.1.1', 4, 'server', '30 05 0003 612f62', least],
  ['the least of 5.0', 5, 'client', '30 06 0003 612f62 00', least],
  ['QoS 1', 4, 'client', '32 07 0003 612f62 000a', once],
  [
    'QoS 2, DUP and RETAIN',
    5,
    'server',
    '3d 08 0003 612f62 ffff 00',
    { ...once, dup: true, qos: 2, retain: true, packetIdentifier: 65_535 },
  ],
  ['a payload', 4, 'server', '30 07 0003 612f62 6869', { ...least, payload: utf8('hi') }],
  ['a name of one blank', 4, 'server', '30 03 0001 20', { ...least, topicName: ' ' }],
  ['a name with a byte order mark', 4, 'server', '30 06 0004 efbbbf61', { ...least, topicName: '\ufeffa' }],
  ['a name of four-byte characters', 5, 'server', '30 08 0005 41f0aa9b94 00', { ...least, topicName: 'A\u{2a6d4}' }],
  ['a name of control characters', 4, 'server', '30 04 0002 017f', { ...least, topicName: '\u0001\u007f' }],
  [
    'a Topic Alias alone',
    5,
    'server',
    '30 06 0000 03 230001',
    { ...least, topicName: '', properties: { topicAlias: 1 } },
  ],
  [
    'all properties',
    5,
    'client',
    `32 32 0003 612f62 000a
     2a 0100 0200000000 23ffff 08 0001 72 09 0000 26 0001 61 0001 62 26 0001 61 0001 62 0b01 0bffffff7f 03 0001 74`,
    {
      ...once,
      properties: {
        payloadFormatIndicator: 0,
        messageExpiryInterval: 0,
        topicAlias: 65_535,
        responseTopic: 'r',
        correlationData: utf8(''),
        userProperties: [
          ['a', 'b'],
          ['a', 'b'],
        ],
        subscriptionIdentifiers: [1, 268_435_455],
        contentType: 't',
      },
    },
  ],
];

describe.each(rightPackets)('%s', (_name, version, role, hexText, packet) => {
  test('decodes', () => {
    expect(decode(hexText, version, role)).toEqual(packet);
  });
  test('encodes', () => {
    expect(hex(encodePacket(packet, version))).toBe(compact(hexText));
  });
});

describe('what a reader refuses', () => {
  test.each<[string, ProtocolVersion, Role, string, object]>([
    ['QoS 3', 5, 'server', '36 08 0003 612f62 000a 00', malformed(0, 'MQTT-3.3.1-4')],
    ['QoS 3 in 3.1.1', 4, 'client', '36 07 0003 612f62 000a', malformed(0, 'v3 MQTT-3.3.1-4')],
    ['DUP with QoS 0', 5, 'server', '38 06 0003 612f62 00', malformed(0, 'MQTT-3.3.1-2')],
    ['DUP with QoS 0 in 3.1.1', 4, 'server', '38 05 0003 612f62', malformed(0, 'v3 MQTT-3.3.1-2')],
    ['identifier 0 of a client', 5, 'server', '32 08 0003 612f62 0000 00', forbidden(7, 'MQTT-2.2.1-3')],
    ['identifier 0 of a server', 5, 'client', '32 08 0003 612f62 0000 00', forbidden(7, 'MQTT-2.2.1-4')],
    ['identifier 0 in 3.1.1', 4, 'server', '32 07 0003 612f62 0000', forbidden(7, 'v3 MQTT-2.3.1-1')],
    ['half an identifier', 4, 'server', '32 06 0003 612f62 00', malformed(7, 'v3 MQTT-4.8.0-1')],
    ['no identifier', 4, 'server', '32 05 0003 612f62', malformed(7, 'v3 MQTT-4.8.0-1')],
    ['a multi-level wildcard', 5, 'server', '30 06 0003 612f23 00', malformed(2, 'MQTT-3.3.2-2')],
    ['a single-level wildcard', 4, 'client', '30 05 0003 2b2f61', malformed(2, 'v3 MQTT-3.3.2-2')],
    [
      'a wildcard beside other characters than ASCII',
      5,
      'server',
      '30 06 0003 c3a923 00',
      malformed(2, 'MQTT-3.3.2-2'),
    ],
    ['U+0000', 5, 'server', '30 06 0003 610062 00', malformed(2, 'MQTT-1.5.4-2')],
    ['U+0000 in 3.1.1', 4, 'server', '30 05 0003 610062', malformed(2, 'v3 MQTT-1.5.3-2')],
    ['an overlong encoding', 5, 'server', '30 05 0002 c080 00', malformed(2, 'MQTT-1.5.4-1')],
    ['a surrogate', 4, 'server', '30 05 0003 eda080', malformed(2, 'v3 MQTT-1.5.3-1')],
    ['a character beyond U+10FFFF', 5, 'server', '30 07 0004 f4908080 00', malformed(2, 'MQTT-1.5.4-1')],
    ['a character that breaks off', 5, 'server', '30 04 0001 c3 00', malformed(2, 'MQTT-1.5.4-1')],
    ['an empty name without alias', 5, 'server', '30 03 0000 00', forbidden(2, 'U-3.3.2.1-1')],
    ['an empty name in 3.1.1', 4, 'server', '30 02 0000', malformed(2, 'v3 MQTT-4.7.3-1')],
    ['a name that ends beyond the packet', 4, 'server', '30 05 0004 612f62', malformed(2, 'v3 MQTT-4.8.0-1')],
    ['no Property Length', 5, 'server', '30 05 0003 612f62', malformed(7, 'MQTT-4.13.1-1')],
    ['a Property Length beyond the packet', 5, 'server', '30 08 0003 612f62 03 0101', malformed(7, 'MQTT-4.13.1-1')],
    [
      'a property that ends behind the Property Length',
      5,
      'server',
      '30 0a 0003 612f62 02 0200000001',
      malformed(9, 'MQTT-4.13.1-1'),
    ],
    ['a Property Length of five bytes', 5, 'server', '30 0a 0003 612f62 8080808001', malformed(7, 'MQTT-1.5.5-1')],
    ['a Property Length longer than it need be', 5, 'server', '30 07 0003 612f62 8000', malformed(7, 'MQTT-1.5.5-1')],
    [
      'a Property Identifier longer than it need be',
      5,
      'server',
      '30 09 0003 612f62 03 810001',
      malformed(8, 'MQTT-1.5.5-1'),
    ],
    ['an unknown property', 5, 'server', '30 08 0003 612f62 02 0401', malformed(8, 'U-2.2.2.2-1')],
    ['an unknown property of two bytes', 5, 'server', '30 09 0003 612f62 03 800101', malformed(8, 'U-2.2.2.2-1')],
    ['a property of CONNECT', 5, 'server', '30 08 0003 612f62 02 1701', malformed(8, 'U-2.2.2.2-1')],
    ['Payload Format Indicator 2', 5, 'server', '30 08 0003 612f62 02 0102', forbidden(9, 'U-2.2.2.2-1')],
    ['Payload Format Indicator twice', 5, 'server', '30 0a 0003 612f62 04 01010101', forbidden(10, 'U-3.1.3.2.3-2')],
    ['Topic Alias 0', 5, 'server', '30 09 0003 612f62 03 230000', forbidden(9, 'MQTT-3.3.2-8', 0x94)],
    ['Topic Alias twice', 5, 'server', '30 0c 0003 612f62 06 230001230001', forbidden(11, 'U-3.3.2.3.4-1')],
    ['a Subscription Identifier of a client', 5, 'server', '30 08 0003 612f62 02 0b01', forbidden(8, 'MQTT-3.3.4-6')],
    ['Subscription Identifier 0', 5, 'client', '30 08 0003 612f62 02 0b00', forbidden(9, 'U-3.3.2.3.8-1')],
    ['a Response Topic with a wildcard', 5, 'client', '30 0a 0003 612f62 04 08 0001 23', malformed(9, 'MQTT-3.3.2-14')],
    ['an empty Response Topic', 5, 'client', '30 09 0003 612f62 03 08 0000', malformed(9, 'MQTT-4.7.3-1')],
    ['a User Property without value', 5, 'client', '30 0a 0003 612f62 04 26 0001 61', malformed(12, 'MQTT-4.13.1-1')],
  ])('%s', (_name, version, role, hexText, expected) => {
    expect(fault(hexText, version, role)).toEqual(expected);
  });
});

describe('what the encoder refuses', () => {
  test.each<[string, unknown, ProtocolVersion, readonly string[]]>([
    ['QoS 3', { ...once, qos: 3 }, 5, ['qos', 'MQTT-3.3.1-4']],
    ['QoS as a text', { ...once, qos: '1' }, 4, ['qos', 'v3 MQTT-3.3.1-4']],
    ['DUP with QoS 0', { ...least, dup: true }, 5, ['dup', 'MQTT-3.3.1-2']],
    ['identifier 0', { ...once, packetIdentifier: 0 }, 5, ['packetIdentifier', 'MQTT-2.2.1-3']],
    ['identifier 65,536', { ...once, packetIdentifier: 65_536 }, 4, ['packetIdentifier', 'v3 MQTT-2.3.1-1']],
    ['an identifier with QoS 0', { ...least, packetIdentifier: 1 }, 5, ['packetIdentifier', 'MQTT-2.2.1-2']],
    ['a payload that is a text', { ...least, payload: 'hi' }, 5, ['payload']],
    ['a wildcard', { ...least, topicName: 'a/#' }, 5, ['topicName', 'MQTT-3.3.2-2']],
    ['a wildcard in 3.1.1', { ...least, topicName: '+' }, 4, ['topicName', 'v3 MQTT-3.3.2-2']],
    ['a wildcard in a long name', { ...least, topicName: `${'a'.repeat(500)}#` }, 5, ['topicName', 'MQTT-3.3.2-2']],
    ['a wildcard beside other characters than ASCII', { ...least, topicName: 'é#' }, 5, ['topicName', 'MQTT-3.3.2-2']],
    ['an empty name', { ...least, topicName: '' }, 5, ['topicName', 'U-3.3.2.1-1']],
    ['an empty name in 3.1.1', { ...least, topicName: '' }, 4, ['topicName', 'v3 MQTT-4.7.3-1']],
    ['U+0000', { ...least, topicName: 'a\0' }, 5, ['topicName', 'MQTT-1.5.4-2']],
    ['U+0000 in a long name', { ...least, topicName: `${'a'.repeat(500)}\0` }, 5, ['topicName', 'MQTT-1.5.4-2']],
    ['half a surrogate pair', { ...least, topicName: 'a\udc00' }, 5, ['topicName', 'MQTT-1.5.4-1']],
    [
      'half a surrogate pair in a long name',
      { ...least, topicName: `${'a'.repeat(500)}\ud800` },
      4,
      ['topicName', 'v3 MQTT-1.5.3-1'],
    ],
    ['a name of 65,536 bytes', { ...least, topicName: 'a'.repeat(65_536) }, 5, ['topicName']],
    ['Topic Alias 0', { ...least, properties: { topicAlias: 0 } }, 5, ['properties.topicAlias', 'MQTT-3.3.2-8']],
    [
      'a boolean for a number',
      { ...least, properties: { payloadFormatIndicator: true } },
      5,
      ['properties.payloadFormatIndicator', 'U-2.2.2.2-1'],
    ],
    [
      'a Response Topic with a wildcard',
      { ...least, properties: { responseTopic: '#' } },
      5,
      ['properties.responseTopic', 'MQTT-3.3.2-14'],
    ],
    [
      'Subscription Identifier 0',
      { ...least, properties: { subscriptionIdentifiers: [1, 0] } },
      5,
      ['properties.subscriptionIdentifier', 'U-3.3.2.3.8-1'],
    ],
    [
      'one Subscription Identifier',
      { ...least, properties: { subscriptionIdentifier: 1 } },
      5,
      ['properties.subscriptionIdentifier', 'U-2.2.2.2-1'],
    ],
    [
      'a list for one value',
      { ...least, properties: { userProperties: 'a' } },
      5,
      ['properties.userProperties', 'U-2.2.2.2-1'],
    ],
    [
      'a User Property of one text',
      { ...least, properties: { userProperties: [['a']] } },
      5,
      ['properties.userProperties', 'MQTT-1.5.7-1'],
    ],
    ['an unknown property', { ...least, properties: { retain: true } }, 5, ['properties.retain', 'U-2.2.2.2-1']],
    [
      'a packet longer than a Remaining Length can say',
      { ...least, payload: new Uint8Array(268_435_455) },
      5,
      ['Remaining Length'],
    ],
  ])('%s', (_name, packet, version, expected) => {
    expect(refusal(packet, version)).toEqual(expected);
  });
});
