import type { JournalEntry } from '@skua/broker';
import { MemoryStore } from '../memory-store.ts';
import type { Store } from '../store.ts';
import { assertSame } from './assert.ts';
import { loadedState } from './expected-state.ts';
import { opened, queued, sampleMessage, subscription } from './sample-entries.ts';
import type { ContractRunner, StoreHarness } from './store-contract.ts';

/** What a crash between any two writes leaves: the batches up to one of them, each whole, and all that have resolved. */
export function declareCrashes(runner: ContractRunner, harness: StoreHarness): void {
  const { name } = harness;
  if (harness.openToCrash === undefined) return;
  for (const overlapping of [false, true]) {
    const way = overlapping ? 'that overlap' : 'one after the other';
    runner.test(`${name}: a crash between any two writes of batches ${way} leaves no half of one`, async () => {
      let crashes = 0;
      for (let writes = 0; ; writes += 1) {
        const crashing = await harness.openToCrash!(writes);
        const resolved = await appendAll(crashing, overlapping);
        const store = await harness.reopen(crashing);
        try {
          const found = await loadedState(store);
          if (!(await isPrefix(found, resolved))) {
            throw new Error(
              `after a crash before write ${writes} the state is not that of ${resolved} batches or more`,
            );
          }
        } finally {
          await store.close();
          await harness.dispose?.(store);
        }
        if (resolved === BATCHES.length) break;
        crashes += 1;
        if (writes > WRITES_MAX) throw new Error(`${writes} writes, and the batches are not stored`);
      }
      assertSame(crashes > 0, true, 'a store that crashes at all');
    });
  }
}

/** @returns how many batches have resolved; no later one may, if one has not. */
async function appendAll(store: Store, overlapping: boolean): Promise<number> {
  const outcomes: boolean[] = [];
  try {
    await store.load();
  } catch {
    return 0;
  }
  if (overlapping) {
    const settled = await Promise.allSettled(BATCHES.map((batch) => store.append(batch)));
    outcomes.push(...settled.map(({ status }) => status === 'fulfilled'));
  } else {
    for (const batch of BATCHES) {
      const outcome = await store.append(batch).then(
        () => true,
        () => false,
      );
      outcomes.push(outcome);
    }
  }
  const failed = outcomes.indexOf(false);
  const resolved = failed === -1 ? outcomes.length : failed;
  assertSame(outcomes.lastIndexOf(true) < resolved, true, 'nothing resolves behind a batch that does not');
  return resolved;
}

async function isPrefix(found: unknown, resolved: number): Promise<boolean> {
  const model = new MemoryStore();
  for (let count = 0; count <= BATCHES.length; count += 1) {
    if (count > 0) await model.append(BATCHES[count - 1]!);
    if (count < resolved) continue;
    try {
      assertSame(found, await loadedState(model), 'state');
      return true;
    } catch {
      // That of another number of batches, perhaps.
    }
  }
  return false;
}

const OF_C = { clientIdentifier: 'c' } as const;

/** Each changes something that the next ones rest on. */
const BATCHES: readonly (readonly JournalEntry[])[] = [
  [opened('c'), opened('d'), { type: 'subscribed', ...OF_C, subscription: subscription('a/#') }],
  [
    { type: 'messageStored', messageId: 1, message: sampleMessage('a', 'x'.repeat(5000)) },
    queued('c', 2, 1, { qos: 2 }),
    queued('d', 3, 1),
    { type: 'retainedSet', message: sampleMessage('a', 'first') },
  ],
  [
    { type: 'deliverySent', ...OF_C, deliveryId: 2, packetIdentifier: 7 },
    { type: 'deliveryFinished', clientIdentifier: 'd', deliveryId: 3 },
    { type: 'messageStored', messageId: 4, message: sampleMessage('a', 'y') },
    queued('c', 5, 4, { sharedSubscription: '$share/g/a' }),
  ],
  [
    { type: 'deliveryReceived', ...OF_C, deliveryId: 2 },
    { type: 'retainedSet', message: sampleMessage('a', 'second') },
    { type: 'retainedSet', message: sampleMessage('b', 'other') },
    { type: 'packetReceived', clientIdentifier: 'd', packetIdentifier: 9 },
  ],
  [
    { type: 'queueSetAside', ...OF_C, after: 0, setAsideAs: '\0aside', disconnectedAt: 50 },
    { type: 'sessionEnded', ...OF_C },
    { type: 'retainedRemoved', topicName: 'a' },
  ],
  [
    opened('c', { userName: 'again' }),
    { type: 'messageStored', messageId: 6, message: sampleMessage('a', 'z') },
    queued('c', 7, 6),
    { type: 'sessionEnded', clientIdentifier: '\0aside' },
  ],
  [{ type: 'deliveryFinished', ...OF_C, deliveryId: 7 }, opened('d', { clean: true })],
];

/** More than any store needs for those. */
const WRITES_MAX = 1000;
