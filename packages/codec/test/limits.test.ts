import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { encodePacket, PacketReader, type EncodablePacket, type PacketReaderOptions } from '../src/index.ts';
import { attempt, cutAt, joined } from './read-all.ts';

const CLIENT: PacketReaderOptions = { role: 'client', protocolVersion: 5 };
const TOO_LARGE = 0x95;
const LARGEST_HEADER = Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f);

describe('the Maximum Packet Size', () => {
  test.each([2, 3, 10, 127, 128, 129, 130, 131, 1000])(
    'of %i bytes lets a packet of that size in and no larger one',
    (size) => {
      const fits = publishOfSize(size);
      if (fits !== undefined) expect(read(size, fits)).toBe('publish');
      const larger = publishOfSize(size + 1);
      if (larger !== undefined) expect(read(size, larger)).toMatch(new RegExp(`^ProtocolError ${TOO_LARGE} `));
    },
  );

  test('is judged before the body arrives, as soon as the fixed header is complete', () => {
    const reader = new PacketReader({ ...CLIENT, maximumPacketSize: 1000 });
    for (const byte of LARGEST_HEADER.subarray(0, 4)) {
      expect(attempt(() => pushAndTake(reader, Uint8Array.of(byte)))).toBeUndefined();
    }
    expect(attempt(() => pushAndTake(reader, LARGEST_HEADER.subarray(4)))).toMatch(/^ProtocolError 149 /);
  });

  test('is judged for a CONNECT as well', () => {
    const reader = new PacketReader({ role: 'server', maximumPacketSize: 100 });
    expect(attempt(() => pushAndTake(reader, Uint8Array.of(0x10, 99)))).toMatch(/^ProtocolError 149 /);
  });

  test('does not count the packets before and after', () => {
    const packet = publishOfSize(50) ?? new Uint8Array();
    const reader = new PacketReader({ ...CLIENT, maximumPacketSize: 50 });
    reader.push(joined(...Array.from({ length: 100 }, () => packet)));
    for (let count = 0; count < 100; count += 1) expect(reader.next()?.type).toBe('publish');
    expect(reader.next()).toBeUndefined();
  });
});

describe('memory', () => {
  test('a header that announces 268,435,455 bytes costs nothing until they come', () => {
    const grown = growth(() =>
      Array.from({ length: 50 }, () => {
        const reader = new PacketReader(CLIENT);
        reader.push(joined(LARGEST_HEADER, new Uint8Array(20)));
        expect(reader.next()).toBeUndefined();
        reader.push(new Uint8Array(20));
        expect(reader.next()).toBeUndefined();
        return reader;
      }),
    );
    expect(grown).toBeLessThan(4 * MEGABYTE);
  });

  test('a Property Length, a string or a list that announces more than there is costs nothing', () => {
    const grown = growth(() =>
      Array.from({ length: 200 }, () => {
        const reader = new PacketReader(CLIENT);
        const body = Uint8Array.of(0, 1, 0x61, 0xff, 0xff, 0xff, 0x7f, 0x26, 0xff, 0xff);
        expect(attempt(() => pushAndTake(reader, joined(Uint8Array.of(0x30, body.length), body)))).toMatch(
          /^MalformedPacketError/,
        );
        return reader;
      }),
    );
    expect(grown).toBeLessThan(4 * MEGABYTE);
  });

  test('a reader between two pushes holds no more than the size limit', () => {
    const limit = 4096;
    const packet = publishOfSize(1024) ?? new Uint8Array();
    const grown = growth(() =>
      Array.from({ length: 100 }, () => {
        const reader = new PacketReader({ ...CLIENT, maximumPacketSize: limit });
        // 256 KiB of whole packets and the first half of one more: only that half has to be kept.
        const chunk = joined(...Array.from({ length: 256 }, () => packet), packet.subarray(0, 500));
        reader.push(chunk);
        let count = 0;
        while (reader.next() !== undefined) count += 1;
        expect(count).toBe(256);
        expect(reader.heldBytes).toBe(500);
        return reader;
      }),
    );
    expect(grown).toBeLessThan(100 * 2 * limit + MEGABYTE);
  });

  test('a packet that comes byte by byte is held once', () => {
    const size = 300_000;
    const packet = publishOfSize(size) ?? new Uint8Array();
    const reader = new PacketReader({ ...CLIENT, maximumPacketSize: size });
    const grown = growth(() => {
      for (let index = 0; index < size - 1; index += 1) {
        reader.push(packet.subarray(index, index + 1));
        if (index % 1000 === 0) expect(reader.next()).toBeUndefined();
      }
      return reader;
    });
    expect(grown).toBeLessThan(4 * size + MEGABYTE);
    reader.push(packet.subarray(size - 1));
    const decoded = reader.next();
    expect(decoded?.type === 'publish' && decoded.payload.length).toBeGreaterThan(size - 20);
  });
});

describe('ownership', () => {
  test('what a packet holds stays as it is when more is pushed and read', () => {
    const packets = Array.from({ length: 60 }, (_, index) => message(index));
    const bytes = joined(...packets.map((packet) => encodePacket(packet, 5)));
    for (const places of [[], [3], [100, 101], Array.from({ length: 200 }, (_, index) => index * 7)]) {
      const reader = new PacketReader(CLIENT);
      const seen: string[] = [];
      for (const chunk of cutAt(bytes, places)) {
        reader.push(chunk);
        for (let packet = reader.next(); packet !== undefined; packet = reader.next()) {
          if (packet.type !== 'publish') throw new Error(packet.type);
          held.push(packet.payload, packet.properties.correlationData ?? new Uint8Array());
          seen.push(String(packet.payload), String(packet.properties.correlationData));
        }
      }
      expect(held.map(String)).toEqual(seen);
      expect(seen.length).toBe(120);
      held.length = 0;
    }
  });

  test('a chunk may be overwritten once its packets are done with', () => {
    const bytes = encodePacket(message(7), 5);
    const reader = new PacketReader(CLIENT);
    const chunk = joined(bytes, bytes.slice(0, 20));
    reader.push(chunk);
    expect(reader.next()?.type).toBe('publish');
    expect(reader.next()).toBeUndefined();
    chunk.fill(0xee);
    reader.push(bytes.slice(20));
    expect(JSON.stringify(reader.next())).toBe(JSON.stringify(decodeAlone(bytes)));
  });
});

const MEGABYTE = 1 << 20;
const held: Uint8Array[] = [];

function message(index: number): EncodablePacket {
  return {
    type: 'publish',
    dup: false,
    qos: 1,
    retain: false,
    topicName: `t/${index}`,
    packetIdentifier: index + 1,
    payload: new Uint8Array(index).fill(index),
    properties: { correlationData: new Uint8Array(5).fill(index) },
  };
}

function decodeAlone(bytes: Uint8Array): unknown {
  const reader = new PacketReader(CLIENT);
  reader.push(bytes);
  return reader.next();
}

/** A PUBLISH of exactly that many bytes, undefined where there is none. */
function publishOfSize(size: number): Uint8Array | undefined {
  for (const digits of [1, 2, 3]) {
    const payload = size - 1 - digits - 4;
    if (payload < 0) continue;
    const packet: EncodablePacket = { ...PLAIN, payload: new Uint8Array(payload) };
    const bytes = encodePacket(packet, 5);
    if (bytes.length === size) return bytes;
  }
  return undefined;
}

const PLAIN = {
  type: 'publish',
  dup: false,
  qos: 0,
  retain: false,
  topicName: 'a',
  packetIdentifier: 0,
  properties: {},
} as const;

function read(maximumPacketSize: number, bytes: Uint8Array): string {
  const reader = new PacketReader({ ...CLIENT, maximumPacketSize });
  let type = 'nothing';
  const error = attempt(() => {
    reader.push(bytes);
    type = reader.next()?.type ?? type;
  });
  return error ?? type;
}

function pushAndTake(reader: PacketReader, chunk: Uint8Array): void {
  reader.push(chunk);
  reader.next();
}

/** How many bytes are in use that were not before, while the result of the action is alive. */
function growth(action: () => unknown): number {
  collect();
  const before = used();
  const result = action();
  collect();
  const after = used();
  expect(result).toBeDefined();
  return after - before;
}

function used(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function collect(): void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  if (typeof gc !== 'function') throw new Error('no garbage collector to call');
  // The memory behind an ArrayBuffer is given back one collection after the ArrayBuffer itself.
  for (let round = 0; round < 4; round += 1) gc();
}
