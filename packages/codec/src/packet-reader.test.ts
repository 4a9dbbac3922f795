import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryStream } from '../test/arbitrary-packet.ts';
import { bytes, utf8 } from '../test-support/packet-cases.ts';
import { encodePacket, MalformedPacketError, PacketReader, ProtocolError, type Packet } from './index.ts';

const PUBLISH = '30 07 0003 612f62 6869';
const CONNECT_4 = '10 0d 0004 4d515454 04 02 003c 0001 63';
const CONNECT_5 = '10 0e 0004 4d515454 05 02 003c 00 0001 63';

function client(maximumPacketSize?: number): PacketReader {
  return new PacketReader({ role: 'client', protocolVersion: 4, maximumPacketSize });
}

function drain(reader: PacketReader): Packet[] {
  const packets: Packet[] = [];
  for (let packet = reader.next(); packet !== undefined; packet = reader.next()) packets.push(packet);
  return packets;
}

function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('the version', () => {
  test.each([
    [4, CONNECT_4, '32 07 0003 612f62 000a'],
    [5, CONNECT_5, '32 08 0003 612f62 000a 00'],
    [3, '10 0f 0006 4d5149736470 03 02 003c 0001 63', '32 07 0003 612f62 000a'],
  ])('a server learns %i from CONNECT', (version, connect, publish) => {
    const reader = new PacketReader({ role: 'server' });
    expect(reader.protocolVersion).toBeUndefined();
    reader.push(bytes(connect + publish));
    expect(drain(reader).map(({ type }) => type)).toEqual(['connect', 'publish']);
    expect(reader.protocolVersion).toBe(version);
  });

  test.each(['c0 00', PUBLISH, 'e0 00', 'f0 00', '20 02 00 00', '00 00'])('before CONNECT %s is refused', (hexText) => {
    const reader = new PacketReader({ role: 'server' });
    reader.push(bytes(hexText));
    expect(thrown(() => reader.next())).toMatchObject({
      name: 'ProtocolError',
      statement: 'MQTT-3.1.0-1',
      byteOffset: 0,
    });
  });

  test('a second CONNECT is decoded, and changes nothing: what to do with it is the connection’s business', () => {
    const reader = new PacketReader({ role: 'server' });
    reader.push(bytes(CONNECT_4 + CONNECT_5 + PUBLISH));
    expect(drain(reader).map(({ type }) => type)).toEqual(['connect', 'connect', 'publish']);
    expect(reader.protocolVersion).toBe(4);
  });

  test('a client must know its own', () => {
    expect(() => new PacketReader({ role: 'client' })).toThrow(TypeError);
  });
});

describe('chunks', () => {
  test('any cut gives the same packets', () => {
    const whole = bytes(PUBLISH + 'd0 00' + PUBLISH);
    for (let cut = 0; cut <= whole.length; cut++) {
      const reader = client();
      reader.push(whole.subarray(0, cut));
      const packets = drain(reader);
      reader.push(whole.subarray(cut));
      packets.push(...drain(reader));
      expect(packets.map(({ type }) => type)).toEqual(['publish', 'pingresp', 'publish']);
      expect(reader.heldBytes).toBe(0);
      expect(reader.streamOffset).toBe(whole.length);
    }
  });

  test('chunks that were not drained are not lost', () => {
    fc.assert(
      fc.property(arbitraryStream(5, 'server'), fc.array(fc.tuple(fc.nat(20), fc.nat(2))), (packets, cuts) => {
        const stream = packets.map((packet) => encodePacket(packet, 5));
        const whole = Uint8Array.from(stream.flatMap((part) => Array.from(part)));
        const reader = new PacketReader({ role: 'server' });
        const found: Packet[] = [];
        let position = 0;
        for (const [length, takes] of [...cuts, [whole.length, 0] as const]) {
          reader.push(whole.slice(position, position + length));
          position += length;
          for (let i = 0; i < takes; i++) {
            const packet = reader.next();
            if (packet !== undefined) found.push(packet);
          }
        }
        found.push(...drain(reader));
        expect(found).toEqual(packets);
      }),
    );
  });

  test('an empty chunk is no end', () => {
    const reader = client();
    reader.push(new Uint8Array(0));
    expect(reader.next()).toBeUndefined();
    reader.push(bytes('d0'));
    reader.push(new Uint8Array(0));
    expect(reader.next()).toBeUndefined();
    reader.push(bytes('00'));
    expect(reader.next()).toEqual({ type: 'pingresp' });
  });

  test('a packet in one chunk is not copied: its payload is a view of the chunk, and a plain Uint8Array of a Buffer too', () => {
    const chunk = Buffer.from(bytes(PUBLISH));
    const reader = client();
    reader.push(chunk);
    const packet = reader.next();
    if (packet?.type !== 'publish') throw new Error('no PUBLISH');
    expect(packet.payload).toEqual(utf8('hi'));
    expect(Object.getPrototypeOf(packet.payload)).toBe(Uint8Array.prototype);
    chunk.write('ho', 7);
    expect(packet.payload).toEqual(utf8('ho'));
  });

  test('a packet in several chunks has a copy of its own, so the chunks can be used again', () => {
    const chunk = bytes(PUBLISH);
    const reader = client();
    reader.push(chunk.subarray(0, 8));
    expect(reader.next()).toBeUndefined();
    const kept = chunk.slice(8);
    chunk.fill(0);
    reader.push(kept);
    expect(reader.next()).toMatchObject({ topicName: 'a/b', payload: utf8('hi') });
  });
});

describe('the maximum packet size', () => {
  test('a packet of that size is taken', () => {
    const reader = client(9);
    reader.push(bytes(PUBLISH));
    expect(drain(reader)).toHaveLength(1);
  });

  test.each([
    ['client', 'U-3.1.2.11.4-2'],
    ['server', 'U-3.2.2.3.6-2'],
  ] as const)('a %s refuses a larger one when its fixed header is there', (role, statement) => {
    const reader = new PacketReader({ role, protocolVersion: 5, maximumPacketSize: 1000 });
    reader.push(bytes('30 ff'));
    expect(reader.next()).toBeUndefined();
    reader.push(bytes('ff 7f'));
    const error = thrown(() => reader.next());
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ reasonCode: 0x95, byteOffset: 1, statement });
  });

  test('a server judges CONNECT by it too', () => {
    const reader = new PacketReader({ role: 'server', maximumPacketSize: 10 });
    reader.push(bytes(CONNECT_5));
    expect(thrown(() => reader.next())).toMatchObject({ reasonCode: 0x95 });
  });

  test('what is no limit is refused', () => {
    expect(() => client(0)).toThrow(TypeError);
    expect(() => client(Number.NaN)).toThrow(TypeError);
  });

  test('bytes are held only up to the size of one packet', () => {
    const reader = client(100);
    reader.push(bytes(`30 40 ${'00'.repeat(40)}`));
    expect(reader.next()).toBeUndefined();
    expect(reader.heldBytes).toBe(42);
  });
});

describe('an error', () => {
  test('is thrown again by every call, and the reader stays failed', () => {
    const reader = client();
    reader.push(bytes(`${PUBLISH} 36 00 ${PUBLISH}`));
    expect(reader.next()).toMatchObject({ type: 'publish' });
    expect(reader.failed).toBe(false);
    const error = thrown(() => reader.next());
    expect(error).toBeInstanceOf(MalformedPacketError);
    expect(reader.failed).toBe(true);
    expect(thrown(() => reader.next())).toBe(error);
    expect(thrown(() => reader.push(bytes(PUBLISH)))).toBe(error);
    expect(reader.heldBytes).toBe(0);
  });

  test('counts its offset from the packet, whose place in the stream is known', () => {
    const reader = client();
    for (const part of [PUBLISH, 'd0', '00 32 07 0003 61', '2f62 0000']) {
      reader.push(bytes(part));
      if (part === '2f62 0000') break;
      drain(reader);
    }
    expect(thrown(() => reader.next())).toMatchObject({ byteOffset: 7, statement: 'v3 MQTT-2.3.1-1' });
    expect(reader.streamOffset).toBe(11);
  });

  test('in a fixed header comes as soon as it can be seen', () => {
    const reader = client();
    reader.push(bytes('10'));
    expect(thrown(() => reader.next())).toMatchObject({ name: 'ProtocolError', statement: 'v3 MQTT-4.8.0-1' });
    const other = new PacketReader({ role: 'client', protocolVersion: 5 });
    other.push(bytes('30 ffffff'));
    expect(other.next()).toBeUndefined();
    other.push(bytes('ff'));
    expect(thrown(() => other.next())).toMatchObject({ byteOffset: 1, statement: 'MQTT-1.5.5-1' });
  });
});
