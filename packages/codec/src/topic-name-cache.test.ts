import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodePacket } from './encode-packet.ts';
import { PacketReader } from './packet-reader.ts';
import { TopicNameCache } from './topic-name-cache.ts';

const publish = (topicName: string): Uint8Array =>
  encodePacket(
    {
      type: 'publish',
      dup: false,
      qos: 0,
      retain: false,
      topicName,
      packetIdentifier: 0,
      payload: new Uint8Array(1),
      properties: {},
    },
    5,
  );

function read(reader: PacketReader, frame: Uint8Array): string {
  reader.push(frame);
  const packet = reader.next();
  expect(reader.next()).toBeUndefined();
  return packet?.type === 'publish' ? packet.topicName : 'no PUBLISH';
}

test('a reader with a cache reads what a reader without one reads, however few places it has', () => {
  const name = fc.oneof(
    fc.stringMatching(/^[ab/]{1,3}$/),
    fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[+#\0]/.test(text)),
    fc.integer({ min: 250, max: 260 }).map((length) => 'x'.repeat(length)),
  );
  fc.assert(
    fc.property(fc.array(name, { maxLength: 30 }), fc.constantFrom(1, 4), (names, places) => {
      const topicNames = new TopicNameCache(places);
      // Two readers share it.
      const readers = [0, 1].map(() => new PacketReader({ role: 'client', protocolVersion: 5, topicNames }));
      for (const [index, topicName] of names.entries()) {
        const reader = readers[index % 2];
        if (reader !== undefined) expect(read(reader, publish(topicName))).toBe(topicName);
      }
    }),
  );
});

test('a name that is known already is given as the same string, and its bytes are not kept', () => {
  const topicNames = new TopicNameCache(8);
  const reader = new PacketReader({ role: 'client', protocolVersion: 5, topicNames });
  const frame = publish('a/b');
  read(reader, frame);
  frame.fill(0xdb);
  const source = { bytes: new TextEncoder().encode('\0\u0003a/bx'), position: 0, end: 6 };
  expect(topicNames.read(source)).toBe('a/b');
  expect(source.position).toBe(5);
  // One byte less, and the packet ends within the name.
  expect(topicNames.read({ ...source, position: 0, end: 4 })).toBeUndefined();
});

test('bytes that are not UTF-8 are never taken for a name with those characters', () => {
  const topicNames = new TopicNameCache(1);
  const reader = new PacketReader({ role: 'client', protocolVersion: 5, topicNames });
  read(reader, publish('\u00e9')); // as UTF-8 two bytes
  const illFormed = Uint8Array.of(0x30, 5, 0, 1, 0xe9, 0, 0x78);
  reader.push(illFormed);
  expect(() => reader.next()).toThrow('UTF-8');
});

test.each([0, 3, -1])('%i places are refused', (places) => {
  expect(() => new TopicNameCache(places)).toThrow(RangeError);
});
