import { describe, expect, test } from 'vitest';
import { compact, decode, fault, forbidden, hex, malformed, refusal } from '../../test-support/packet-cases.ts';
import {
  encodePacket,
  type AuthPacket,
  type DisconnectPacket,
  type Packet,
  type ProtocolVersion,
  type Role,
} from '../index.ts';

const normal: DisconnectPacket = { type: 'disconnect', reasonCode: 0, properties: {} };
const step: AuthPacket = { type: 'auth', reasonCode: 0x18, properties: { authenticationMethod: 'm' } };

const rightPackets: readonly [string, ProtocolVersion, Role, string, Packet][] = [
  ['DISCONNECT in 3.1.1', 4, 'server', 'e0 00', normal],
  ['DISCONNECT in 5.0', 5, 'server', 'e0 00', normal],
  ['DISCONNECT of a server', 5, 'client', 'e0 01 8b', { ...normal, reasonCode: 0x8b }],
  ['DISCONNECT with the Will', 5, 'server', 'e0 01 04', { ...normal, reasonCode: 0x04 }],
  [
    'DISCONNECT with all properties of a client',
    5,
    'server',
    'e0 16 00 14 11 0000000a 1f 0001 72 26 0001 61 0001 62 1c 0001 73',
    {
      ...normal,
      properties: { sessionExpiryInterval: 10, reasonString: 'r', userProperties: [['a', 'b']], serverReference: 's' },
    },
  ],
  ['AUTH of a client', 5, 'server', 'f0 06 18 04 15 0001 6d', step],
  ['AUTH of a server', 5, 'client', 'f0 06 00 04 15 0001 6d', { ...step, reasonCode: 0 }],
  ['AUTH of nothing', 5, 'client', 'f0 00', { ...step, reasonCode: 0, properties: {} }],
  [
    'AUTH with all properties',
    5,
    'server',
    'f0 15 19 13 15 0001 6d 16 0001 ff 1f 0001 72 26 0001 61 0001 62',
    {
      ...step,
      reasonCode: 0x19,
      properties: {
        authenticationMethod: 'm',
        authenticationData: Uint8Array.of(0xff),
        reasonString: 'r',
        userProperties: [['a', 'b']],
      },
    },
  ],
  ['PINGREQ', 4, 'server', 'c0 00', { type: 'pingreq' }],
  ['PINGRESP', 5, 'client', 'd0 00', { type: 'pingresp' }],
];

describe.each(rightPackets)('%s', (_name, version, role, hexText, packet) => {
  test('decodes', () => {
    expect(decode(hexText, version, role)).toEqual(packet);
  });
  test('encodes', () => {
    expect(hex(encodePacket(packet, version))).toBe(compact(hexText));
  });
});

test('a Reason Code and a Property Length that could have been left out decode as well', () => {
  expect(decode('e0 01 00', 5, 'server')).toEqual(normal);
  expect(decode('e0 02 00 00', 5, 'client')).toEqual(normal);
});

describe('what a reader refuses', () => {
  test.each<[string, ProtocolVersion, Role, string, object]>([
    ['DISCONNECT with flags', 5, 'server', 'e1 00', malformed(0, 'MQTT-3.14.1-1')],
    ['DISCONNECT with flags in 3.1.1', 4, 'server', 'e1 00', malformed(0, 'v3 MQTT-3.14.1-1')],
    ['DISCONNECT of a server in 3.1.1', 4, 'client', 'e0 00', forbidden(0, 'v3 MQTT-4.8.0-1')],
    ['DISCONNECT with a Reason Code in 3.1.1', 4, 'server', 'e0 01 00', malformed(2, 'v3 MQTT-4.8.0-1')],
    ['a Reason Code that only a server sends', 5, 'server', 'e0 01 8b', forbidden(2, 'MQTT-3.14.2-1')],
    ['a Reason Code that only a client sends', 5, 'client', 'e0 01 04', forbidden(2, 'MQTT-3.14.2-1')],
    ['a Reason Code of another packet', 5, 'client', 'e0 01 85', forbidden(2, 'MQTT-3.14.2-1')],
    ['a Session Expiry Interval of a server', 5, 'client', 'e0 07 00 05 11 00000000', forbidden(4, 'MQTT-3.14.2-2')],
    [
      'a Session Expiry Interval twice',
      5,
      'server',
      'e0 0c 00 0a 1100000000 1100000000',
      forbidden(9, 'U-3.14.2.2.2-1'),
    ],
    ['a property of CONNECT', 5, 'server', 'e0 05 00 03 210001', malformed(4, 'U-2.2.2.2-1')],
    ['AUTH with flags', 5, 'server', 'f2 00', malformed(0, 'MQTT-3.15.1-1')],
    ['AUTH in 3.1.1', 4, 'server', 'f0 00', malformed(0, 'v3 MQTT-4.8.0-1')],
    ['AUTH of nothing from a client', 5, 'server', 'f0 00', forbidden(2, 'MQTT-3.15.2-1')],
    ['AUTH without properties', 5, 'server', 'f0 01 18', malformed(3, 'MQTT-4.13.1-1')],
    ['AUTH without Authentication Method', 5, 'server', 'f0 02 18 00', forbidden(3, 'U-3.15.2.2.2-1')],
    ['Success of a client', 5, 'server', 'f0 06 00 04 15 0001 6d', forbidden(2, 'MQTT-3.15.2-1')],
    ['Re-authenticate of a server', 5, 'client', 'f0 06 19 04 15 0001 6d', forbidden(2, 'MQTT-3.15.2-1')],
    ['Authentication Method twice', 5, 'server', 'f0 0a 18 08 15 0001 6d 15 0001 6d', forbidden(8, 'U-3.15.2.2.2-1')],
    ['PINGREQ with flags', 5, 'server', 'c8 00', malformed(0, 'MQTT-2.1.3-1')],
    ['PINGREQ with a byte', 4, 'server', 'c0 01 00', malformed(2, 'v3 MQTT-4.8.0-1')],
    ['PINGREQ of a server', 5, 'client', 'c0 00', forbidden(0, 'MQTT-4.13.1-1')],
    ['PINGRESP of a client', 5, 'server', 'd0 00', forbidden(0, 'MQTT-4.13.1-1')],
    ['packet type 0', 5, 'server', '00 00', malformed(0, 'MQTT-4.13.1-1')],
  ])('%s', (_name, version, role, hexText, expected) => {
    expect(fault(hexText, version, role)).toEqual(expected);
  });
});

test('the encoder refuses Reason Codes and properties that do not belong there', () => {
  expect(refusal({ ...normal, reasonCode: 0x85 }, 5)).toEqual(['reasonCode', 'MQTT-3.14.2-1']);
  expect(refusal({ ...normal, properties: { receiveMaximum: 1 } }, 5)).toEqual([
    'properties.receiveMaximum',
    'U-2.2.2.2-1',
  ]);
  expect(refusal({ ...step, reasonCode: 0x80 }, 5)).toEqual(['reasonCode', 'MQTT-3.15.2-1']);
  expect(refusal({ ...step, properties: {} }, 5)).toEqual(['properties.authenticationMethod', 'U-3.15.2.2.2-1']);
  expect(refusal(step, 4)).toEqual(['type']);
  expect(refusal({ type: 'publishh' }, 5)).toEqual(['type']);
});

test('3.1.1 leaves Reason Code and properties of DISCONNECT out', () => {
  expect(hex(encodePacket({ ...normal, reasonCode: 0x8b, properties: { reasonString: 'r' } }, 4))).toBe('e000');
});
