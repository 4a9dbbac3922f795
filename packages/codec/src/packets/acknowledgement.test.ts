import { describe, expect, test } from 'vitest';
import { compact, decode, fault, forbidden, hex, malformed, refusal } from '../../test-support/packet-cases.ts';
import { encodePacket, type ProtocolVersion, type Role } from '../index.ts';

const types = [
  { type: 'puback', first: '40', codes: 'MQTT-3.4.2-1', once: 'U-3.4.2.2.2-1', failure: 0x97 },
  { type: 'pubrec', first: '50', codes: 'MQTT-3.5.2-1', once: 'U-3.5.2.2.2-2', failure: 0x97 },
  { type: 'pubrel', first: '62', codes: 'MQTT-3.6.2-1', once: 'U-3.6.2.2.2-2', failure: 0x92 },
  { type: 'pubcomp', first: '70', codes: 'MQTT-3.7.2-1', once: 'U-3.7.2.2.2-2', failure: 0x92 },
] as const;

describe.each(types)('$type', ({ type, first, codes, once, failure }) => {
  const least = { type, packetIdentifier: 10, reasonCode: 0, properties: {} } as const;
  const failed = { ...least, reasonCode: failure };
  const code = failure.toString(16);

  test.each<[string, ProtocolVersion, string, object]>([
    ['Success in 3.1.1', 4, `${first} 02 000a`, least],
    ['Success in 3.1', 3, `${first} 02 ffff`, { ...least, packetIdentifier: 65_535 }],
    ['Success in 5.0', 5, `${first} 02 000a`, least],
    ['a failure', 5, `${first} 03 000a ${code}`, failed],
    ['a reason', 5, `${first} 08 000a ${code} 04 1f 0001 72`, { ...failed, properties: { reasonString: 'r' } }],
    [
      'properties of a Success',
      5,
      `${first} 0b 000a 00 07 26 0001 61 0001 62`,
      { ...least, properties: { userProperties: [['a', 'b']] } },
    ],
  ])('%s decodes and encodes', (_name, version, hexText, packet) => {
    expect(decode(hexText, version, 'server')).toEqual(packet);
    expect(decode(hexText, version, 'client')).toEqual(packet);
    expect(hex(encodePacket(decode(hexText, version, 'server'), version))).toBe(compact(hexText));
  });

  test.each([
    ['a Success that is spelt out', `${first} 03 000a 00`],
    ['a Property Length of 0', `${first} 04 000a 00 00`],
  ])('%s decodes', (_name, hexText) => {
    expect(decode(hexText, 5, 'client')).toEqual(least);
  });

  test.each<[string, ProtocolVersion, Role, string, object]>([
    ['identifier 0', 5, 'server', `${first} 02 0000`, forbidden(2, 'MQTT-2.2.1-5')],
    ['identifier 0 in 3.1.1', 4, 'server', `${first} 02 0000`, forbidden(2, 'v3 MQTT-2.3.1-6')],
    ['half an identifier', 4, 'client', `${first} 01 00`, malformed(2, 'v3 MQTT-4.8.0-1')],
    ['nothing', 5, 'client', `${first} 00`, malformed(2, 'MQTT-4.13.1-1')],
    ['a Reason Code in 3.1.1', 4, 'client', `${first} 03 000a 00`, malformed(4, 'v3 MQTT-4.8.0-1')],
    ['a Reason Code of CONNACK', 5, 'client', `${first} 03 000a 84`, forbidden(4, codes)],
    ['a Reason Code that does not exist', 5, 'client', `${first} 03 000a ff`, forbidden(4, codes)],
    ['a Reason String twice', 5, 'client', `${first} 0c 000a 00 08 1f 0001 72 1f 0001 72`, forbidden(10, once)],
    ['a property of CONNACK', 5, 'client', `${first} 06 000a 00 02 2501`, malformed(6, 'U-2.2.2.2-1')],
    ['bytes behind the properties', 5, 'client', `${first} 05 000a 00 00 00`, malformed(6, 'MQTT-4.13.1-1')],
  ])('%s is refused', (_name, version, role, hexText, expected) => {
    expect(fault(hexText, version, role)).toEqual(expected);
  });

  test('wrong flags are refused, but DUP in a PUBREL of 3.1 that is sent again is right', () => {
    const wrong = (Number.parseInt(first, 16) ^ 0x08).toString(16);
    expect(fault(`${wrong} 02 000a`, 5, 'server')).toEqual(
      malformed(0, type === 'pubrel' ? 'MQTT-3.6.1-1' : 'MQTT-2.1.3-1'),
    );
    expect(fault(`${wrong} 02 000a`, 4, 'server')).toEqual(
      malformed(0, type === 'pubrel' ? 'v3 MQTT-3.6.1-1' : 'v3 MQTT-2.2.2-2'),
    );
    const in3 = type === 'pubrel' ? least : malformed(0, 'v3 MQTT-2.2.2-2');
    expect(fault(`${wrong} 02 000a`, 3, 'server')).toEqual(in3);
  });

  test('the encoder refuses identifiers, Reason Codes and properties that do not belong there', () => {
    expect(refusal({ ...least, packetIdentifier: 0 }, 5)).toEqual(['packetIdentifier', 'MQTT-2.2.1-3']);
    expect(refusal({ ...least, packetIdentifier: 0 }, 4)).toEqual(['packetIdentifier', 'v3 MQTT-2.3.1-1']);
    expect(refusal({ ...least, reasonCode: 0x8d }, 5)).toEqual(['reasonCode', codes]);
    expect(refusal({ ...least, properties: { serverReference: 'x' } }, 5)).toEqual([
      'properties.serverReference',
      'U-2.2.2.2-1',
    ]);
  });

  test('3.1.1 leaves Reason Code and properties out', () => {
    expect(hex(encodePacket({ ...failed, properties: { reasonString: 'r' } }, 4))).toBe(`${first}02000a`);
  });
});

test('only a server says that there are no matching subscribers', () => {
  expect(decode('40 03 000a 10', 5, 'client')).toMatchObject({ reasonCode: 0x10 });
  expect(fault('40 03 000a 10', 5, 'server')).toEqual(forbidden(4, 'MQTT-3.4.2-1'));
  expect(fault('50 03 000a 10', 5, 'server')).toEqual(forbidden(4, 'MQTT-3.5.2-1'));
});
