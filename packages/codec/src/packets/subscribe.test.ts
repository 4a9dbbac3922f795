import { describe, expect, test } from 'vitest';
import { compact, decode, fault, forbidden, hex, malformed, refusal } from '../../test-support/packet-cases.ts';
import {
  encodePacket,
  type Encodable,
  type ProtocolVersion,
  type SubscribePacket,
  type UnsubscribePacket,
} from '../index.ts';

const plain = { topicFilter: 'a/b', qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
const least: Encodable<SubscribePacket> = {
  type: 'subscribe',
  packetIdentifier: 10,
  subscriptions: [plain],
  properties: {},
};

const rightSubscribes: readonly [string, ProtocolVersion, string, Encodable<SubscribePacket>][] = [
  ['the least of 3.1.1', 4, '82 08 000a 0003 612f62 01', least],
  ['the least of 5.0', 5, '82 09 000a 00 0003 612f62 01', least],
  [
    'all options',
    5,
    '82 09 000a 00 0003 612f62 2e',
    { ...least, subscriptions: [{ ...plain, qos: 2, noLocal: true, retainAsPublished: true, retainHandling: 2 }] },
  ],
  [
    'two filters and an identifier',
    5,
    '82 0d 000a 02 0b7f 0001 23 00 0001 2b 12',
    {
      ...least,
      subscriptions: [
        { ...plain, topicFilter: '#', qos: 0 },
        { ...plain, topicFilter: '+', qos: 2, retainHandling: 1 },
      ],
      properties: { subscriptionIdentifier: 127 },
    },
  ],
  [
    'a shared subscription',
    5,
    '82 10 000a 00 000a 2473686172652f672f23 01',
    { ...least, subscriptions: [{ ...plain, topicFilter: '$share/g/#' }] },
  ],
  [
    'what 3.1.1 does not know as one',
    4,
    '82 0d 000a 0008 2473686172652f67 01',
    { ...least, subscriptions: [{ ...plain, topicFilter: '$share/g' }] },
  ],
];

describe.each(rightSubscribes)('SUBSCRIBE: %s', (_name, version, hexText, packet) => {
  test('decodes', () => {
    expect(decode(hexText, version, 'server')).toEqual(packet);
  });
  test('encodes', () => {
    expect(hex(encodePacket(packet, version))).toBe(compact(hexText));
  });
});

describe('SUBSCRIBE that a server refuses', () => {
  test.each<[string, ProtocolVersion, string, object]>([
    ['flags 0', 5, '80 09 000a 00 0003 612f62 01', malformed(0, 'MQTT-3.8.1-1')],
    ['flags 0 in 3.1.1', 4, '80 08 000a 0003 612f62 01', malformed(0, 'v3 MQTT-3.8.1-1')],
    ['identifier 0', 5, '82 09 0000 00 0003 612f62 01', forbidden(2, 'MQTT-2.2.1-3')],
    ['no filter', 5, '82 03 000a 00', forbidden(5, 'MQTT-3.8.3-2')],
    ['no filter in 3.1.1', 4, '82 02 000a', forbidden(4, 'v3 MQTT-3.8.3-3')],
    ['no options', 5, '82 08 000a 00 0003 612f62', malformed(10, 'MQTT-4.13.1-1')],
    ['reserved bits', 5, '82 09 000a 00 0003 612f62 41', malformed(10, 'MQTT-3.8.3-5')],
    ['reserved bits in 3.1.1', 4, '82 08 000a 0003 612f62 05', malformed(9, 'v3 MQTT-3.8.3-4')],
    ['QoS 3', 5, '82 09 000a 00 0003 612f62 03', forbidden(10, 'U-3.8.3.1-1')],
    ['QoS 3 in 3.1.1', 4, '82 08 000a 0003 612f62 03', malformed(9, 'v3 MQTT-3.8.3-4')],
    ['Retain Handling 3', 5, '82 09 000a 00 0003 612f62 31', forbidden(10, 'U-3.8.3.1-2')],
    [
      'No Local on a shared subscription',
      5,
      '82 10 000a 00 000a 2473686172652f672f23 05',
      forbidden(17, 'MQTT-3.8.3-4'),
    ],
    ['an empty filter', 5, '82 06 000a 00 0000 01', malformed(5, 'MQTT-4.7.3-1')],
    ['# in the middle', 5, '82 09 000a 00 0003 232f62 01', malformed(5, 'MQTT-4.7.1-1')],
    ['# in the middle in 3.1.1', 4, '82 08 000a 0003 232f62 01', malformed(4, 'v3 MQTT-4.7.1-2')],
    ['+ beside another character', 5, '82 09 000a 00 0003 612b62 01', malformed(5, 'MQTT-4.7.1-2')],
    ['an empty ShareName', 5, '82 0f 000a 00 0009 2473686172652f2f61 01', malformed(5, 'MQTT-4.8.2-1')],
    ['a ShareName without filter', 5, '82 0e 000a 00 0008 2473686172652f67 01', malformed(5, 'MQTT-4.8.2-2')],
    ['U+0000', 5, '82 09 000a 00 0003 610062 01', malformed(5, 'MQTT-1.5.4-2')],
    ['ill-formed UTF-8', 4, '82 06 000a 0001 ff 01', malformed(4, 'v3 MQTT-1.5.3-1')],
    ['identifier 0 of the subscription', 5, '82 0b 000a 02 0b00 0003 612f62 01', forbidden(6, 'U-3.8.2.1.2-1')],
    ['two identifiers of the subscription', 5, '82 0d 000a 04 0b010b02 0003 612f62 01', forbidden(7, 'U-3.8.2.1.2-2')],
  ])('%s', (_name, version, hexText, expected) => {
    expect(fault(hexText, version, 'server')).toEqual(expected);
  });

  test('a client takes none at all', () => {
    expect(fault('82 09 000a 00 0003 612f62 01', 5, 'client')).toEqual(forbidden(0, 'MQTT-4.13.1-1'));
  });
});

describe('SUBSCRIBE that the encoder refuses', () => {
  const second = (change: object): object => ({ ...least, subscriptions: [plain, { ...plain, ...change }] });
  test.each<[string, unknown, ProtocolVersion, readonly string[]]>([
    ['no filter', { ...least, subscriptions: [] }, 5, ['subscriptions', 'MQTT-3.8.3-2']],
    ['no filter in 3.1.1', { ...least, subscriptions: [] }, 4, ['subscriptions', 'v3 MQTT-3.8.3-3']],
    ['identifier 0', { ...least, packetIdentifier: 0 }, 5, ['packetIdentifier', 'MQTT-2.2.1-3']],
    ['a bad filter', second({ topicFilter: 'a#' }), 5, ['subscriptions[1].topicFilter', 'MQTT-4.7.1-1']],
    ['a bad filter in 3.1.1', second({ topicFilter: 'a#' }), 4, ['subscriptions[1].topicFilter', 'v3 MQTT-4.7.1-2']],
    ['a bad ShareName', second({ topicFilter: '$share/+/a' }), 5, ['subscriptions[1].topicFilter', 'MQTT-4.8.2-2']],
    ['a filter that is no text', second({ topicFilter: 1 }), 5, ['subscriptions[1].topicFilter']],
    ['QoS 3', second({ qos: 3 }), 5, ['subscriptions[1].qos', 'U-3.8.3.1-1']],
    ['QoS 3 in 3.1.1', second({ qos: 3 }), 4, ['subscriptions[1].qos', 'v3 MQTT-3.8.3-4']],
    ['Retain Handling 3', second({ retainHandling: 3 }), 5, ['subscriptions[1].retainHandling', 'U-3.8.3.1-2']],
    [
      'No Local on a shared subscription',
      second({ topicFilter: '$share/g/a', noLocal: true }),
      5,
      ['subscriptions[1].noLocal', 'MQTT-3.8.3-4'],
    ],
    [
      'identifier 0 of the subscription',
      { ...least, properties: { subscriptionIdentifier: 0 } },
      5,
      ['properties.subscriptionIdentifier', 'U-3.8.2.1.2-1'],
    ],
  ])('%s', (_name, packet, version, expected) => {
    expect(refusal(packet, version)).toEqual(expected);
  });

  test('3.1.1 leaves the options of 5.0 out', () => {
    const packet = {
      ...least,
      subscriptions: [{ ...plain, noLocal: true, retainAsPublished: true, retainHandling: 2 }],
    } as const;
    expect(hex(encodePacket(packet, 4))).toBe('8208000a0003612f6201');
  });
});

describe('UNSUBSCRIBE', () => {
  const packet: Encodable<UnsubscribePacket> = {
    type: 'unsubscribe',
    packetIdentifier: 10,
    topicFilters: ['a/b', '#'],
    properties: {},
  };

  test.each<[string, ProtocolVersion, string, Encodable<UnsubscribePacket>]>([
    ['in 3.1.1', 4, 'a2 0a 000a 0003 612f62 0001 23', packet],
    ['in 5.0', 5, 'a2 0b 000a 00 0003 612f62 0001 23', packet],
    [
      'with a User Property',
      5,
      'a2 12 000a 07 26 0001 61 0001 62 0003 612f62 0001 23',
      { ...packet, properties: { userProperties: [['a', 'b']] } },
    ],
  ])('%s decodes and encodes', (_name, version, hexText, expected) => {
    expect(decode(hexText, version, 'server')).toEqual(expected);
    expect(hex(encodePacket(expected, version))).toBe(compact(hexText));
  });

  test.each<[string, ProtocolVersion, string, object]>([
    ['flags 0', 5, 'a0 03 000a 00', malformed(0, 'MQTT-3.10.1-1')],
    ['no filter', 5, 'a2 03 000a 00', forbidden(5, 'MQTT-3.10.3-2')],
    ['no filter in 3.1.1', 4, 'a2 02 000a', forbidden(4, 'v3 MQTT-3.10.3-2')],
    ['identifier 0', 4, 'a2 07 0000 0003 612f62', forbidden(2, 'v3 MQTT-2.3.1-1')],
    ['a bad filter', 5, 'a2 07 000a 00 0002 2b61', malformed(5, 'MQTT-4.7.1-2')],
    ['half a filter', 5, 'a2 07 000a 00 0003 612f', malformed(5, 'MQTT-4.13.1-1')],
    ['a Reason String', 5, 'a2 0a 000a 04 1f 0001 61 0001 23', malformed(5, 'U-2.2.2.2-1')],
  ])('%s', (_name, version, hexText, expected) => {
    expect(fault(hexText, version, 'server')).toMatchObject(expected);
  });

  test('the encoder refuses no filter and a bad one', () => {
    expect(refusal({ ...packet, topicFilters: [] }, 5)).toEqual(['topicFilters', 'MQTT-3.10.3-2']);
    expect(refusal({ ...packet, topicFilters: ['a', 'b#'] }, 4)).toEqual(['topicFilters[1]', 'v3 MQTT-4.7.1-2']);
    expect(refusal({ ...packet, packetIdentifier: 1.5 }, 4)).toEqual(['packetIdentifier', 'v3 MQTT-2.3.1-1']);
  });
});
