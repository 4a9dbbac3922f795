import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytes } from '../test-support/packet-cases.ts';
import { describePacket, PacketReader } from './index.ts';

test('a CONNECT field by field', () => {
  const { fields, packet, error, length } = describePacket(
    bytes('10 18 0004 4d515454 05 86 003c 00 0001 63 00 0001 77 0001 78 0001 75'),
    { role: 'server' },
  );
  expect(error).toBeUndefined();
  expect(length).toBe(26);
  expect(packet).toMatchObject({ type: 'connect', clientIdentifier: 'c', userName: 'u' });
  expect(fields.map(({ field, offset, length: size, value }) => [field, offset, size, value])).toEqual([
    ['Packet Type', 0, 1, 1],
    ['Flags', 0, 1, 0],
    ['Remaining Length', 1, 1, 24],
    ['Protocol Name', 2, 6, 'MQTT'],
    ['Protocol Version', 8, 1, 5],
    ['Connect Flags', 9, 1, 0x86],
    ['User Name Flag', 9, 1, true],
    ['Password Flag', 9, 1, false],
    ['Will Retain', 9, 1, false],
    ['Will QoS', 9, 1, 0],
    ['Will Flag', 9, 1, true],
    ['Clean Start', 9, 1, true],
    ['Reserved', 9, 1, false],
    ['Keep Alive', 10, 2, 60],
    ['Property Length', 12, 1, 0],
    ['Client Identifier', 13, 3, 'c'],
    ['Property Length', 16, 1, 0],
    ['Will Topic', 17, 3, 'w'],
    ['Will Payload', 20, 3, bytes('78')],
    ['User Name', 23, 3, 'u'],
  ]);
});

test('a PUBLISH with properties', () => {
  const { fields } = describePacket(bytes('3b 0e 0000 000a 08 230001 0200000005 68'), {
    role: 'server',
    version: 5,
  });
  expect(fields.map(({ field, value }) => [field, value])).toEqual([
    ['Packet Type', 3],
    ['Flags', 0xb],
    ['DUP', true],
    ['QoS', 1],
    ['RETAIN', true],
    ['Remaining Length', 14],
    ['Topic Name', ''],
    ['Packet Identifier', 10],
    ['Property Length', 8],
    ['Property Identifier', 0x23],
    ['topicAlias', 1],
    ['Property Identifier', 0x02],
    ['messageExpiryInterval', 5],
    ['Payload', bytes('68')],
  ]);
});

describe('what is wrong', () => {
  test('is in the result, with all that could be read before it', () => {
    const { fields, packet, error } = describePacket(bytes('82 09 000a 00 0003 612f62 41'), {
      role: 'server',
      version: 5,
    });
    expect(packet).toBeUndefined();
    expect(error).toMatchObject({ name: 'MalformedPacketError', byteOffset: 10, statement: 'MQTT-3.8.3-5' });
    expect(fields.at(-1)).toMatchObject({ field: 'Maximum QoS', value: 1 });
    expect(fields).toContainEqual({ field: 'Topic Filter', offset: 5, length: 5, value: 'a/b' });
  });

  test('an incomplete packet is no error', () => {
    expect(describePacket(bytes('30 07 0003'), { role: 'client', version: 4 })).toMatchObject({
      length: 4,
      packet: undefined,
      error: undefined,
    });
    expect(describePacket(new Uint8Array(0), { role: 'client', version: 4 })).toMatchObject({ fields: [], length: 0 });
  });

  test('bytes of the next packet are not looked at', () => {
    expect(describePacket(bytes('c000 ff'), { role: 'server', version: 4 })).toMatchObject({
      length: 2,
      packet: { type: 'pingreq' },
    });
  });

  test('whatever the bytes are, it agrees with the reader', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom(3, 4, 5),
        fc.constantFrom('server', 'client'),
        (chunk, version, role) => {
          const reader = new PacketReader({ role, protocolVersion: version });
          const { packet, error, fields } = describePacket(chunk, { role, version });
          reader.push(chunk);
          let expected: unknown;
          try {
            expected = reader.next();
          } catch (thrown) {
            expected = thrown;
          }
          expect(error ?? packet).toEqual(expected);
          for (const { offset, length } of fields) expect(offset + length).toBeLessThanOrEqual(chunk.length);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
