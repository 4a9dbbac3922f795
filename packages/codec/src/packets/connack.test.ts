import { describe, expect, test } from 'vitest';
import { compact, decode, fault, forbidden, hex, malformed, refusal } from '../../test-support/packet-cases.ts';
import { encodePacket, ReasonCode, type ConnackPacket, type ProtocolVersion } from '../index.ts';

const accepted: ConnackPacket = { type: 'connack', sessionPresent: false, reasonCode: 0, properties: {} };

const rightPackets: readonly [string, ProtocolVersion, string, ConnackPacket][] = [
  ['accepted in 3.1.1', 4, '20 02 00 00', accepted],
  ['resumed in 3.1.1', 4, '20 02 01 00', { ...accepted, sessionPresent: true }],
  ['accepted in 5.0', 5, '20 03 00 00 00', accepted],
  ['resumed in 5.0', 5, '20 03 01 00 00', { ...accepted, sessionPresent: true }],
  ['refused in 5.0', 5, '20 03 00 9f 00', { ...accepted, reasonCode: 0x9f }],
  ['unacceptable protocol version', 4, '20 02 00 01', { ...accepted, reasonCode: 0x84 }],
  ['identifier rejected', 4, '20 02 00 02', { ...accepted, reasonCode: 0x85 }],
  ['server unavailable', 4, '20 02 00 03', { ...accepted, reasonCode: 0x88 }],
  ['bad user name or password', 4, '20 02 00 04', { ...accepted, reasonCode: 0x86 }],
  ['not authorized', 4, '20 02 00 05', { ...accepted, reasonCode: 0x87 }],
  [
    'all properties',
    5,
    `20 3e 00 00 3b 11 00000000 21 ffff 24 00 25 01 27 ffffffff 12 0001 63 22 0000 1f 0001 72 26 0001 61 0001 62
     28 00 29 01 2a 00 13 ffff 1a 0001 69 1c 0001 73 15 0001 6d 16 0000`,
    {
      ...accepted,
      properties: {
        sessionExpiryInterval: 0,
        receiveMaximum: 65_535,
        maximumQos: 0,
        retainAvailable: true,
        maximumPacketSize: 0xffffffff,
        assignedClientIdentifier: 'c',
        topicAliasMaximum: 0,
        reasonString: 'r',
        userProperties: [['a', 'b']],
        wildcardSubscriptionAvailable: false,
        subscriptionIdentifiersAvailable: true,
        sharedSubscriptionAvailable: false,
        serverKeepAlive: 65_535,
        responseInformation: 'i',
        serverReference: 's',
        authenticationMethod: 'm',
        authenticationData: new Uint8Array(0),
      },
    },
  ],
];

describe.each(rightPackets)('%s', (_name, version, hexText, packet) => {
  test('decodes', () => {
    expect(decode(hexText, version, 'client')).toEqual(packet);
  });
  test('encodes', () => {
    expect(hex(encodePacket(packet, version))).toBe(compact(hexText));
  });
});

test('3.1 has no Session Present: its byte means nothing, and is sent as 0', () => {
  expect(decode('20 02 07 00', 3, 'client')).toEqual(accepted);
  expect(hex(encodePacket({ ...accepted, sessionPresent: true }, 3))).toBe('20020000');
});

describe('what a client refuses', () => {
  test.each<[string, ProtocolVersion, string, object]>([
    ['reserved flags', 5, '20 03 02 00 00', malformed(2, 'MQTT-3.2.2-1')],
    ['reserved flags in 3.1.1', 4, '20 02 03 00', malformed(2, 'v3 U-3.2.2.1-1')],
    ['Session Present with a refusal', 5, '20 03 01 87 00', forbidden(2, 'MQTT-3.2.2-6')],
    ['Session Present with a refusal in 3.1.1', 4, '20 02 01 05', forbidden(2, 'v3 MQTT-3.2.2-4')],
    ['a Reason Code of another packet', 5, '20 03 00 8b 00', forbidden(3, 'MQTT-3.2.2-8')],
    ['return code 6', 4, '20 02 00 06', forbidden(3, 'v3 MQTT-3.2.2-6')],
    ['one byte', 5, '20 01 00', malformed(3, 'MQTT-4.13.1-1')],
    ['no Property Length', 5, '20 02 00 00', malformed(4, 'MQTT-4.13.1-1')],
    ['a Property Length in 3.1.1', 4, '20 03 00 00 00', malformed(4, 'v3 MQTT-4.8.0-1')],
    ['Maximum QoS 2', 5, '20 05 00 00 02 2402', forbidden(6, 'U-3.2.2.3.4-1')],
    ['Retain Available 2', 5, '20 05 00 00 02 2502', forbidden(6, 'U-3.2.2.3.5-1')],
    ['Server Keep Alive twice', 5, '20 09 00 00 06 130001130001', forbidden(8, 'U-3.2.2.3.14-1')],
    ['a property of CONNECT', 5, '20 05 00 00 02 1701', malformed(5, 'U-2.2.2.2-1')],
  ])('%s', (_name, version, hexText, expected) => {
    expect(fault(hexText, version, 'client')).toEqual(expected);
  });

  test('a server takes none at all', () => {
    expect(fault('20 02 00 00', 4, 'server')).toEqual(forbidden(0, 'v3 MQTT-4.8.0-1'));
  });
});

describe('what the encoder refuses', () => {
  test.each<[string, unknown, ProtocolVersion, readonly string[]]>([
    ['a Reason Code of another packet', { ...accepted, reasonCode: 0x8d }, 5, ['reasonCode', 'MQTT-3.2.2-8']],
    [
      'Session Present with a refusal',
      { ...accepted, sessionPresent: true, reasonCode: 0x87 },
      5,
      ['sessionPresent', 'MQTT-3.2.2-6'],
    ],
    [
      'the same in 3.1.1',
      { ...accepted, sessionPresent: true, reasonCode: 0x87 },
      4,
      ['sessionPresent', 'v3 MQTT-3.2.2-4'],
    ],
    [
      'Malformed Packet in 3.1.1, which has no return code for it',
      { ...accepted, reasonCode: 0x81 },
      4,
      ['reasonCode', 'v3 MQTT-3.2.2-6'],
    ],
    [
      'a number for true',
      { ...accepted, properties: { retainAvailable: 1 } },
      5,
      ['properties.retainAvailable', 'U-3.2.2.3.5-1'],
    ],
    ['Maximum QoS 2', { ...accepted, properties: { maximumQos: 2 } }, 5, ['properties.maximumQos', 'U-3.2.2.3.4-1']],
  ])('%s', (_name, packet, version, expected) => {
    expect(refusal(packet, version)).toEqual(expected);
  });
});

test('every Reason Code of CONNACK but two has a return code in 3.1.1, 0 only for Success', () => {
  const without: number[] = [];
  for (const reasonCode of new Set(Object.values(ReasonCode))) {
    const packet: ConnackPacket = { ...accepted, reasonCode };
    if (refusal(packet, 5)[0] !== 'not refused') continue;
    if (refusal(packet, 4)[0] !== 'not refused') without.push(reasonCode);
    else expect(encodePacket(packet, 4)[3] === 0).toBe(reasonCode === 0);
  }
  expect(without).toEqual([ReasonCode.MalformedPacket, ReasonCode.ProtocolError]);
});
