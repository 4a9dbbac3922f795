import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clientFrame, MASK, WebSocketUnframer } from './web-socket-frame.ts';

const LENGTH = fc.oneof(fc.nat({ max: 300 }), fc.constantFrom(125, 126, 65_535, 65_536));

it('gives back the payload of data frames, wherever frames and chunks end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ length: LENGTH, isPing: fc.boolean() }), { maxLength: 6 }),
      fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 70_000 })), { minLength: 1 }),
      (frames, cuts) => {
        const payloads = frames.map(({ length, isPing }, i) =>
          new Uint8Array(isPing ? length % 126 : length).fill(i + 1),
        );
        const bytes = Buffer.concat(payloads.map((payload, i) => serverFrame(payload, frames[i]?.isPing === true)));
        const unframer = new WebSocketUnframer();
        const found: Buffer[] = [];
        for (let position = 0, i = 0; position < bytes.length; i++) {
          const chunk = bytes.subarray(position, position + (cuts[i % cuts.length] ?? 1));
          unframer.unframe(chunk, chunk.length, (range, start, end) =>
            found.push(Buffer.from(range.subarray(start, end))),
          );
          position += chunk.length;
        }
        expect(Buffer.concat(found)).toEqual(Buffer.concat(payloads.filter((_, i) => frames[i]?.isPing === false)));
      },
    ),
  );
});

it('masks a frame of each length form', () => {
  fc.assert(
    fc.property(LENGTH, (length) => {
      const payload = Uint8Array.from({ length }, (_, i) => i);
      const frame = Buffer.from(clientFrame(payload));
      const short = (frame[1] ?? 0) & 0x7f;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      const told = short < 126 ? short : short === 126 ? frame.readUInt16BE(2) : Number(frame.readBigUInt64BE(2));
      expect([frame[0], (frame[1] ?? 0) >> 7, told]).toEqual([0x82, 1, length]);
      expect(frame.subarray(head, head + 4)).toEqual(Buffer.from(MASK));
      const unmasked = frame.subarray(head + 4).map((byte, i) => byte ^ (MASK[i % 4] ?? 0));
      expect(Buffer.from(unmasked)).toEqual(Buffer.from(payload));
    }),
  );
});

function serverFrame(payload: Uint8Array, isPing: boolean): Buffer {
  const masked = Buffer.from(clientFrame(payload));
  const head = masked.length - payload.length - MASK.length;
  const frame = Buffer.concat([masked.subarray(0, head), payload]);
  frame[0] = isPing ? 0x89 : 0x82;
  frame[1] = (frame[1] ?? 0) & 0x7f;
  return frame;
}
