import { describePacket, MqttError, PacketReader } from '@skua/codec';
import { expect, test, vi } from 'vitest';
import { fromHex, loadVectors, packetToJson, toHex, type Vector } from '../src/index.ts';

// A few hundred thousand readers: seconds, and many of them on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

/** What the reader makes of the chunks: the packets, then the error if there is one. */
function read(vector: Vector, chunks: readonly Uint8Array[]): readonly string[] {
  const results: string[] = [];
  try {
    const reader = new PacketReader({
      role: vector.role,
      protocolVersion: vector.role === 'server' && vector.hex.startsWith('1') ? undefined : vector.version,
      maximumPacketSize: vector.maximumPacketSize,
    });
    for (const chunk of chunks) {
      reader.push(chunk);
      for (let packet = reader.next(); packet !== undefined; packet = reader.next()) {
        results.push(JSON.stringify(packetToJson(packet)));
      }
    }
  } catch (error) {
    if (!(error instanceof MqttError)) throw error;
    results.push(`${error.name} ${error.reasonCode} ${error.statement} at ${error.byteOffset}`);
  }
  return results;
}

const vectors = loadVectors();
const short = vectors.filter((vector) => vector.hex.length <= 400);

test('every place to cut a vector gives the same outcome', () => {
  for (const vector of short) {
    const bytes = fromHex(vector.hex);
    const whole = read(vector, [bytes]);
    for (let place = 1; place < bytes.length; place += 1) {
      const parts = read(vector, [bytes.slice(0, place), bytes.slice(place)]);
      if (parts.join() !== whole.join()) expect(parts, `${vector.name} cut at ${place}`).toEqual(whole);
    }
    const single = read(
      vector,
      Array.from(bytes, (byte) => Uint8Array.of(byte)),
    );
    if (single.join() !== whole.join()) expect(single, `${vector.name} byte by byte`).toEqual(whole);
  }
});

test('what follows a vector never changes its outcome', () => {
  const tails = ['00', 'ff', 'd000', 'c000', '0000000000000000', 'ffffffffffffffff', '26000161000162'].map(fromHex);
  for (const vector of vectors) {
    const bytes = fromHex(vector.hex);
    const alone = read(vector, [bytes])[0];
    for (const tail of tails) {
      const followed = read(vector, [concatenated(bytes, tail)])[0];
      if (followed !== alone) expect(followed, `${vector.name} followed by ${toHex(tail)}`).toBe(alone);
    }
  }
});

test('vectors of one connection in one chunk give what each gives alone', () => {
  for (const version of [3, 4, 5]) {
    for (const role of ['server', 'client']) {
      const group = short
        .filter(
          (vector) =>
            vector.version === version &&
            vector.role === role &&
            vector.canonical === true &&
            !vector.hex.startsWith('1'),
        )
        .filter((vector) => vector.maximumPacketSize === undefined);
      const first = group[0];
      if (first === undefined) throw new Error(`no vectors of version ${version} for a ${role}`);
      const bytes = group.map((vector) => fromHex(vector.hex));
      const stream = bytes.reduce(concatenated);
      expect(read(first, [stream])).toEqual(group.flatMap((vector) => read(vector, [fromHex(vector.hex)])));
    }
  }
});

test('the description of a vector agrees with the reader, and covers every byte of a right one exactly once', () => {
  for (const vector of vectors.filter((candidate) => candidate.maximumPacketSize === undefined)) {
    const bytes = fromHex(vector.hex);
    const isConnect = vector.role === 'server' && vector.hex.startsWith('1');
    const description = describePacket(bytes, { role: vector.role, version: isConnect ? undefined : vector.version });
    const { error } = description;
    const outcome =
      error === undefined
        ? JSON.stringify(packetToJson(description.packet ?? null))
        : `${error.name} ${error.reasonCode} ${error.statement} at ${error.byteOffset}`;
    const expected = read(vector, [bytes])[0];
    if (outcome !== expected) expect(outcome, vector.name).toBe(expected);
    if (error !== undefined) continue;
    let next = 0;
    for (const field of description.fields.toSorted((a, b) => a.offset - b.offset || a.length - b.length)) {
      // Fields of a few bits stand in the same byte.
      const shares = field.length === 1 && field.offset === next - 1;
      if (field.offset !== next && !shares)
        expect(field, `${vector.name} from byte ${next} on`).toHaveProperty('offset', next);
      next = field.offset + field.length;
    }
    if (next !== bytes.length) expect(next, `${vector.name} to its end`).toBe(bytes.length);
  }
});

function concatenated(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
