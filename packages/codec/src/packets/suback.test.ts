import { describe, expect, test } from 'vitest';
import { compact, decode, fault, forbidden, hex, malformed, refusal } from '../../test-support/packet-cases.ts';
import { encodePacket, type Packet, type ProtocolVersion } from '../index.ts';

const suback = { type: 'suback', packetIdentifier: 10, reasonCodes: [0, 1, 2, 0x80], properties: {} } as const;
const unsuback = { type: 'unsuback', packetIdentifier: 10, reasonCodes: [0, 0x11, 0x8f], properties: {} } as const;

const rightPackets: readonly [string, ProtocolVersion, string, Packet][] = [
  ['SUBACK in 3.1.1', 4, '90 06 000a 00010280', suback],
  ['SUBACK in 5.0', 5, '90 07 000a 00 00010280', suback],
  [
    'SUBACK with properties',
    5,
    '90 08 000a 04 1f 0001 72 a2',
    { ...suback, reasonCodes: [0xa2], properties: { reasonString: 'r' } },
  ],
  ['UNSUBACK in 3.1.1', 4, 'b0 02 000a', { ...unsuback, reasonCodes: [] }],
  ['UNSUBACK in 5.0', 5, 'b0 06 000a 00 00118f', unsuback],
  [
    'UNSUBACK with properties',
    5,
    'b0 0b 000a 07 26 0001 61 0001 62 91',
    { ...unsuback, reasonCodes: [0x91], properties: { userProperties: [['a', 'b']] } },
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

describe('what a client refuses', () => {
  test.each<[string, ProtocolVersion, string, object]>([
    ['SUBACK without Reason Code', 5, '90 03 000a 00', forbidden(5, 'MQTT-3.8.4-6')],
    ['SUBACK without return code', 4, '90 02 000a', forbidden(4, 'v3 MQTT-3.8.4-5')],
    ['SUBACK with a Reason Code of another packet', 5, '90 05 000a 00 0011', forbidden(6, 'MQTT-3.9.3-2')],
    ['SUBACK with return code 3', 4, '90 03 000a 03', forbidden(4, 'v3 MQTT-3.9.3-2')],
    ['SUBACK with identifier 0', 5, '90 04 0000 00 00', forbidden(2, 'MQTT-2.2.1-6')],
    ['SUBACK with identifier 0 in 3.1.1', 4, '90 03 0000 00', forbidden(2, 'v3 MQTT-2.3.1-7')],
    ['SUBACK without Property Length', 5, '90 02 000a', malformed(4, 'MQTT-4.13.1-1')],
    ['SUBACK with flags', 5, '92 04 000a 00 00', malformed(0, 'MQTT-2.1.3-1')],
    ['UNSUBACK without Reason Code', 5, 'b0 03 000a 00', forbidden(5, 'MQTT-3.11.3-2')],
    ['UNSUBACK with a Reason Code of another packet', 5, 'b0 04 000a 00 01', forbidden(5, 'MQTT-3.11.3-2')],
    ['UNSUBACK with a Reason Code in 3.1.1', 4, 'b0 03 000a 00', malformed(4, 'v3 MQTT-4.8.0-1')],
    ['UNSUBACK with two Reason Strings', 5, 'b0 0c 000a 08 1f 0001 72 1f 0001 72 00', forbidden(9, 'U-3.11.2.1.2-2')],
  ])('%s', (_name, version, hexText, expected) => {
    expect(fault(hexText, version, 'client')).toEqual(expected);
  });

  test('a server takes neither', () => {
    expect(fault('90 04 000a 00 00', 5, 'server')).toEqual(forbidden(0, 'MQTT-4.13.1-1'));
    expect(fault('b0 04 000a 00 00', 5, 'server')).toEqual(forbidden(0, 'MQTT-4.13.1-1'));
  });
});

test('the encoder refuses empty lists and Reason Codes of other packets', () => {
  expect(refusal({ ...suback, reasonCodes: [] }, 5)).toEqual(['reasonCodes', 'MQTT-3.8.4-6']);
  expect(refusal({ ...suback, reasonCodes: [] }, 4)).toEqual(['reasonCodes', 'v3 MQTT-3.8.4-5']);
  expect(refusal({ ...suback, reasonCodes: [0, 3] }, 5)).toEqual(['reasonCodes[1]', 'MQTT-3.9.3-2']);
  expect(refusal({ ...unsuback, reasonCodes: [] }, 5)).toEqual(['reasonCodes', 'MQTT-3.11.3-2']);
  expect(refusal({ ...unsuback, reasonCodes: [0, 0, 1] }, 5)).toEqual(['reasonCodes[2]', 'MQTT-3.11.3-2']);
  expect(refusal({ ...unsuback, packetIdentifier: 0 }, 4)).toEqual(['packetIdentifier', 'v3 MQTT-2.3.1-1']);
});

test('3.1.1 knows one failure of SUBACK, and no Reason Codes in UNSUBACK', () => {
  expect(hex(encodePacket({ ...suback, reasonCodes: [2, 0x87, 0x9e] }, 4))).toBe('9005000a028080');
  expect(hex(encodePacket(unsuback, 4))).toBe('b002000a');
});
