import { StoreState } from '@skua/store';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TableStore } from '../src/table-store.ts';
import { MemoryMedium } from './memory-medium.ts';
import { batchesOf, scripts } from './random-batches.ts';
import type { JournalEntry } from '@skua/broker';
import { expectSameState, modelState, stateOf } from './same-state.ts';

/** Moves to the tables often, seldom, or never. */
const limits = fc.constantFrom(1, 5, 30, 1_000_000).map((recordsMin) => ({
  recordsMin,
  recordsMax: recordsMin * 2,
  journalBytesMax: 1_000_000,
  clearedMax: 3,
}));

describe('any batches', () => {
  test('add up to what the model says, opened again or not', async () => {
    await fc.assert(
      fc.asyncProperty(scripts, limits, fc.array(fc.boolean(), { maxLength: 14 }), async (script, moves, reopen) => {
        const disk = new Map();
        const model = new StoreState();
        let store = TableStore.open(new MemoryMedium(disk), moves);
        for (const [index, batch] of batchesOf(script).entries()) {
          const refused = refusal(model, batch);
          await store.append(batch).then(
            () => {
              if (refused !== undefined) throw new Error(`not refused: ${refused}`);
            },
            (error: unknown) => {
              if (refused === undefined) throw error;
            },
          );
          if (reopen[index] === true) store = TableStore.open(new MemoryMedium(disk), moves);
          await expectSameState(store, model);
        }
        await store.close();
        await expectSameState(TableStore.open(new MemoryMedium(disk), moves), model);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a medium that fails', () => {
  test('at any write leaves what was durable, and takes the same batch again', async () => {
    await fc.assert(
      fc.asyncProperty(scripts, limits, faults, async (script, moves, failures) => {
        const disk = new Map();
        const model = new StoreState();
        const store = TableStore.open(new MemoryMedium(disk, failures), moves);
        for (const batch of batchesOf(script)) {
          if (refusal(model, batch) !== undefined) continue;
          while (!(await taken(store.append(batch))));
          await expectSameState(store, model);
        }
        await store.close();
        await expectSameState(TableStore.open(new MemoryMedium(disk), moves), model);
      }),
      { numRuns: 200 },
    );
  });

  test('whose process is lost before any write has a prefix with every batch that was durable', async () => {
    await fc.assert(
      fc.asyncProperty(scripts, limits, fc.nat(12), fc.boolean(), async (script, moves, at, overlapping) => {
        const disk = new Map();
        const store = TableStore.open(new MemoryMedium(disk, [{ at, kind: 'lost' }]), moves);
        let durable = 0;
        for (const batch of batchesOf(script)) {
          const appended = store.append(batch).then(() => (durable += 1));
          // Nothing settles any more when the process is lost.
          if (!overlapping) await Promise.race([appended, turns(3)]).catch(() => {});
          else appended.catch(() => {});
        }
        await turns(10);
        const found = await stateOf(TableStore.open(new MemoryMedium(disk), moves));
        expect(prefixes(batchesOf(script), durable)).toContainEqual(found);
      }),
      { numRuns: 200 },
    );
  });
});

const faults = fc.array(fc.record({ at: fc.nat(20), kind: fc.constantFrom('fails' as const, 'unknown' as const) }), {
  maxLength: 6,
});

/** The states that batches add up to, from those of the first `durable` ones on. */
function prefixes(batches: readonly JournalEntry[][], durable: number): unknown[] {
  const model = new StoreState();
  const states: unknown[] = [];
  let accepted = 0;
  if (durable === 0) states.push(modelState(model));
  for (const batch of batches) {
    if (refusal(model, batch) !== undefined) continue;
    accepted += 1;
    if (accepted >= durable) states.push(modelState(model));
  }
  return states;
}

function taken(appended: Promise<void>): Promise<boolean> {
  return appended.then(
    () => true,
    () => false,
  );
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function refusal(model: StoreState, batch: Parameters<StoreState['apply']>[0]): string | undefined {
  try {
    model.apply(batch);
    return undefined;
  } catch (error) {
    return String(error);
  }
}
