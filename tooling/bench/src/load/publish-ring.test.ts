import { PacketReader } from '@skua/codec';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readStampField } from './payload-stamp.ts';
import { PublishRing, type PublishOptions } from './publish-ring.ts';
import { MASK } from './web-socket-frame.ts';

const OPTIONS: fc.Arbitrary<PublishOptions> = fc
  .record({
    sender: fc.nat({ max: 1_000 }),
    topicName: fc.constantFrom('t', 'bench/17/value'),
    qos: fc.constantFrom(0, 1, 2),
    payloadBytes: fc.constantFrom(12, 64, 200),
    properties: fc.boolean(),
    webSocket: fc.boolean(),
  })
  .map((options) => ({ ...options, protocolVersion: options.properties ? 5 : 4 }));

it('gives well-formed messages with rising numbers, whatever is taken at a time', () => {
  fc.assert(
    fc.property(
      OPTIONS,
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.integer({ min: 1, max: 9 })),
      (options, slots, takes) => {
        const ring = new PublishRing(slots, options);
        const reader = new PacketReader({ role: 'server', protocolVersion: options.protocolVersion });
        let next = 0;
        for (const [time, count] of takes.map((take) => Math.min(take, slots)).entries()) {
          const bytes = Buffer.concat([...ring.take(next, count, time)]);
          reader.push(options.webSocket ? unmasked(bytes, count) : bytes);
          for (let i = 0; i < count; i++) {
            const packet = reader.next();
            if (packet?.type !== 'publish') throw new Error(`${packet?.type} is no PUBLISH`);
            const stamp = [0, 4, 8].map((offset) => readStampField(packet.payload, offset));
            expect(stamp).toEqual([options.sender, next, time]);
            expect(packet.packetIdentifier).toBe(options.qos === 0 ? 0 : (next % slots) + 1);
            expect([packet.topicName, packet.qos]).toEqual([options.topicName, options.qos]);
            expect(packet.payload.length).toBe(options.payloadBytes);
            expect(packet.properties.contentType !== undefined).toBe(options.properties);
            next += 1;
          }
          expect(reader.next()).toBeUndefined();
        }
      },
    ),
  );
});

/** The payloads of `count` frames of the same length, none longer than 65,535 bytes. */
function unmasked(bytes: Buffer, count: number): Buffer {
  const frames = Array.from({ length: count }, (_, i) =>
    bytes.subarray((i * bytes.length) / count, ((i + 1) * bytes.length) / count),
  );
  return Buffer.concat(
    frames.map((frame) => {
      const head = ((frame[1] ?? 0) & 0x7f) === 126 ? 8 : 6;
      return Buffer.from(frame.subarray(head).map((byte, i) => byte ^ (MASK[i % MASK.length] ?? 0)));
    }),
  );
}
