import type { DeliverySnapshot, JournalEntry, SessionSnapshot } from '@skua/broker';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StoreError } from '../src/store.ts';
import {
  readBatch,
  readDelivery,
  readSession,
  RecordReader,
  RecordWriter,
  writeBatch,
  writeDelivery,
  writeSession,
} from '../src/format/index.ts';
import { journalEntry, message } from './entry-arbitrary.ts';

const batches = fc.array(journalEntry, { maxLength: 8 });

function encoded(entries: readonly JournalEntry[], writer: RecordWriter = new RecordWriter()): Uint8Array {
  const start = writer.position;
  writeBatch(writer, entries);
  return writer.copy(start);
}

function decoded(bytes: Uint8Array): JournalEntry[] {
  const reader = new RecordReader(bytes, 'the batch');
  const entries = readBatch(reader);
  reader.end();
  return entries;
}

describe('a batch', () => {
  test('comes back as it was, also behind others in the same writer', () => {
    const writer = new RecordWriter(16);
    fc.assert(
      fc.property(batches, (entries) => {
        expect(decoded(encoded(entries, writer))).toEqual(entries);
      }),
    );
  });

  test('comes back from the middle of other bytes, and keeps none of them', () => {
    fc.assert(
      fc.property(batches, (entries) => {
        const bytes = encoded(entries);
        const around = new Uint8Array(bytes.length + 7).fill(0xaa);
        around.set(bytes, 3);
        const read = decoded(around.subarray(3, 3 + bytes.length));
        around.fill(0x55);
        expect(read).toEqual(entries);
      }),
      { numRuns: 30 },
    );
  });

  test('cut anywhere is damaged', () => {
    fc.assert(
      fc.property(batches, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (entries, share) => {
        const bytes = encoded(entries);
        expect(() => decoded(bytes.subarray(0, Math.floor(bytes.length * share)))).toThrow(StoreError);
      }),
    );
  });

  test('with other bytes is another batch or a StoreError, nothing else', () => {
    const change = fc.record({ at: fc.nat(), to: fc.nat(255) });
    fc.assert(
      fc.property(batches, fc.array(change, { minLength: 1, maxLength: 4 }), (entries, changes) => {
        const bytes = encoded(entries);
        for (const { at, to } of changes) bytes[at % bytes.length] = to;
        expectDecodedOrRefused(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  test('of random bytes is a batch or a StoreError, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expectDecodedOrRefused(bytes);
        if (bytes.length > 0) bytes[0] = 1;
        expectDecodedOrRefused(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  test('with a length that claims gigabytes is refused at once', () => {
    const claims = [0xff, 0xff, 0xff, 0xff, 0x7f];
    expect(() => decoded(Uint8Array.of(1, ...claims, 0))).toThrow('number of entries of the batch at byte 1');
    expect(() => decoded(Uint8Array.of(1, 1, 3, ...claims, 0))).toThrow('client identifier');
    expect(() => decoded(Uint8Array.of(1, 1, 3, ...Array<number>(9).fill(0xff)))).toThrow('more than eight bytes');
  });

  test('of another version says so', () => {
    const bytes = encoded([]);
    bytes[0] = 9;
    expect(() => decoded(bytes)).toThrow(expect.objectContaining({ code: 'version' }));
  });

  test.each([
    ['an unknown entry', [1, 1, 99, 0], 'entry type of the batch at byte 2 is 99'],
    ['a reserved bit in a message', [1, 1, 14, 0x20, 0, 0], 'message flags'],
    ['QoS 3', [1, 1, 14, 3, 0, 0], 'message QoS'],
    ['QoS 0 in a delivery', [1, 1, 8, 0, 1, 1, 0], 'delivery QoS'],
    ['text that is not UTF-8', [1, 1, 3, 1, 0xff], 'client identifier of the batch at byte 3 is ill-formed'],
    ['something behind the end', [1, 0, 0], 'end of the batch at byte 2 is 1 bytes more'],
  ])('with %s is damaged', (_name, bytes, text) => {
    expect(() => decoded(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: 'damaged' }));
    expect(() => decoded(Uint8Array.from(bytes))).toThrow(text);
  });
});

test('what cannot be a number of the journal is refused before it is written', () => {
  for (const messageId of [-1, 0.5, 2 ** 53, Number.NaN]) {
    const entry: JournalEntry = { type: 'deliveryFinished', clientIdentifier: 'c', deliveryId: messageId };
    expect(() => encoded([entry])).toThrow(StoreError);
  }
});

test('sessions and deliveries come back as they were', () => {
  const session = fc.record({
    clientIdentifier: fc.string(),
    userName: fc.option(fc.string(), { nil: undefined }),
    protocolVersion: fc.constantFrom<SessionSnapshot['protocolVersion']>(3, 4, 5),
    sessionExpiryInterval: fc.nat(0xff_ff_ff_ff),
    disconnectedAt: fc.option(fc.nat(), { nil: undefined }),
    will: fc.option(fc.record({ message, willDelayInterval: fc.nat(), messageExpiryInterval: fc.nat() }), {
      nil: undefined,
    }),
    willDueAt: fc.option(fc.nat(), { nil: undefined }),
  });
  const delivery = fc.record({
    messageId: fc.maxSafeNat(),
    qos: fc.constantFrom<DeliverySnapshot['qos']>(1, 2),
    retain: fc.boolean(),
    subscriptionIdentifiers: fc.option(fc.array(fc.nat(268_435_455)), { nil: undefined }),
    sharedSubscription: fc.option(fc.string(), { nil: undefined }),
    step: fc.constantFrom<DeliverySnapshot['step']>('awaitingPubrec', 'awaitingPubcomp'),
    packetIdentifier: fc.integer({ min: 1, max: 0xffff }),
  });
  fc.assert(
    fc.property(session, delivery, (one, other) => {
      const writer = new RecordWriter(16);
      writeSession(writer, one);
      writeDelivery(writer, other);
      writeDelivery(writer, { ...other, step: 'queued', packetIdentifier: undefined });
      const reader = new RecordReader(writer.copy(), 'the record');
      expect(readSession(reader)).toEqual(one);
      expect(readDelivery(reader)).toEqual(other);
      expect(readDelivery(reader)).toEqual({ ...other, step: 'queued', packetIdentifier: undefined });
      reader.end();
    }),
  );
});

function expectDecodedOrRefused(bytes: Uint8Array): void {
  try {
    decoded(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
  }
}
