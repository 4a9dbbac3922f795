import { describePacket } from '@skua/codec';
import { expect, test } from 'vitest';
import { fromHex, loadVectors, type Vector } from '../src/index.ts';

/** A field of a few bits, by its name in the specification: where its byte stands, its lowest bit and its width. */
interface BitField {
  readonly field: string;
  readonly offset: number;
  readonly bit: number;
  readonly width: number;
}

/** Figures 3-4, 3-8, 3-20 and section 3.2.2.1 for the packets that have every value of the byte in the corpus. */
const BITS: readonly { readonly vectors: RegExp; readonly fields: readonly BitField[] }[] = [
  {
    vectors: /^connect\/v[45]\/flags-/,
    fields: [
      { field: 'User Name Flag', offset: 9, bit: 7, width: 1 },
      { field: 'Password Flag', offset: 9, bit: 6, width: 1 },
      { field: 'Will Retain', offset: 9, bit: 5, width: 1 },
      { field: 'Will QoS', offset: 9, bit: 3, width: 2 },
      { field: 'Will Flag', offset: 9, bit: 2, width: 1 },
      { field: 'Clean Start', offset: 9, bit: 1, width: 1 },
      { field: 'Reserved', offset: 9, bit: 0, width: 1 },
    ],
  },
  {
    vectors: /^publish\/v\d\/flags-/,
    fields: [
      { field: 'Packet Type', offset: 0, bit: 4, width: 4 },
      { field: 'DUP', offset: 0, bit: 3, width: 1 },
      { field: 'QoS', offset: 0, bit: 1, width: 2 },
      { field: 'RETAIN', offset: 0, bit: 0, width: 1 },
    ],
  },
  {
    vectors: /^connack\/v5\/session-present-[01]$/,
    fields: [{ field: 'Session Present', offset: 2, bit: 0, width: 1 }],
  },
  {
    vectors: /^subscribe\/v5\/options-/,
    fields: [
      { field: 'Retain Handling', offset: 10, bit: 4, width: 2 },
      { field: 'Retain As Published', offset: 10, bit: 3, width: 1 },
      { field: 'No Local', offset: 10, bit: 2, width: 1 },
      { field: 'Maximum QoS', offset: 10, bit: 0, width: 2 },
    ],
  },
];

const all = loadVectors();

test.each(BITS)('the bits of $vectors are described by name and value', ({ vectors, fields }) => {
  const right = all.filter(
    (vector) => vectors.test(vector.name) && vector.expect.every((outcome) => 'packet' in outcome),
  );
  expect(right.length).toBeGreaterThan(1);
  for (const vector of right) check(vector, fields);
});

function check(vector: Vector, fields: readonly BitField[]): void {
  const bytes = fromHex(vector.hex);
  const isConnect = vector.hex.startsWith('1');
  const described = describePacket(bytes, {
    role: vector.role,
    version: isConnect ? undefined : vector.version,
  }).fields;
  for (const { field, offset, bit, width } of fields) {
    const value = ((bytes[offset] ?? 0) >> bit) & ((1 << width) - 1);
    const found = described.find((candidate) => candidate.field === field && candidate.offset === offset);
    expect(found, `${vector.name}, ${field}`).toMatchObject({ length: 1, value: width === 1 ? value === 1 : value });
  }
}
