import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InflightTable, type InflightEntry } from './inflight-table.ts';

class Entry implements InflightEntry<Entry> {
  readonly packetIdentifier: number;
  next: Entry | undefined = undefined;
  previous: Entry | undefined = undefined;
  chained: Entry | undefined = undefined;

  constructor(packetIdentifier: number) {
    this.packetIdentifier = packetIdentifier;
  }
}

test('does what a Map does, in the order of its entries', () => {
  const identifier = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 0xffff }));
  fc.assert(
    fc.property(fc.array(identifier, { maxLength: 300 }), (identifiers) => {
      const table = new InflightTable<Entry>();
      const model = new Map<number, Entry>();
      for (const packetIdentifier of identifiers) {
        const known = model.get(packetIdentifier);
        expect(table.get(packetIdentifier)).toBe(known);
        if (known === undefined) {
          const entry = new Entry(packetIdentifier);
          table.add(entry);
          model.set(packetIdentifier, entry);
        } else {
          table.remove(known);
          model.delete(packetIdentifier);
          // Nothing that is gone keeps anything else in memory.
          expect([known.next, known.previous, known.chained]).toEqual([undefined, undefined, undefined]);
        }
        expect(table.size).toBe(model.size);
        expect(table.first).toBe(model.values().next().value);
      }
      expect([...table.values()]).toEqual([...model.values()]);
    }),
  );
});

test('the entry that was given last may be taken out while the others are walked through', () => {
  const table = new InflightTable<Entry>();
  for (const packetIdentifier of [5, 1, 3]) table.add(new Entry(packetIdentifier));
  const seen: number[] = [];
  for (const entry of table.values()) {
    seen.push(entry.packetIdentifier);
    table.remove(entry);
  }
  expect(seen).toEqual([5, 1, 3]);
  expect([table.size, table.first]).toEqual([0, undefined]);
});
