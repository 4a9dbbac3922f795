import type { JournalEntry } from '@skua/broker';
import { expect, test } from 'vitest';
import { MemoryStore } from '../memory-store.ts';
import { StoreError, type Store } from '../store.ts';
import { storeContract } from './store-contract.ts';

/** Loses its process before a write, with a fault of its own. */
class FaultyStore extends MemoryStore {
  readonly #fault: 'none' | 'half' | 'early' | 'gap';
  #writesLeft: number;
  #isCrashed = false;

  constructor(fault: 'none' | 'half' | 'early' | 'gap', writes: number) {
    super();
    this.#fault = fault;
    this.#writesLeft = writes;
  }

  override append(entries: readonly JournalEntry[]): Promise<void> {
    if (this.#isCrashed && this.#fault !== 'gap') return Promise.reject(new StoreError('The process is lost.'));
    if (this.#writesLeft === 0) {
      this.#isCrashed = true;
      this.#writesLeft = -1;
      // A batch that is there in part.
      if (this.#fault === 'half') this.state.apply(entries.slice(0, Math.ceil(entries.length / 2)));
      // One that was promised and is not there.
      return this.#fault === 'early' ? Promise.resolve() : Promise.reject(new StoreError('The process is lost.'));
    }
    this.#writesLeft -= 1;
    return super.append(entries);
  }
}

async function failures(fault: 'none' | 'half' | 'early' | 'gap'): Promise<number> {
  const bodies: (() => Promise<void>)[] = [];
  const runner = {
    test: (name: string, body: () => Promise<void>): void => void (name.includes('crash') && bodies.push(body)),
  };
  storeContract(runner, {
    name: fault,
    open: () => Promise.resolve(new MemoryStore()),
    openToCrash: (writes) => Promise.resolve(new FaultyStore(fault, writes)),
    reopen: (store: Store) => Promise.resolve(new MemoryStore(store instanceof MemoryStore ? store.state : undefined)),
  });
  expect(bodies).toHaveLength(2);
  const outcomes = await Promise.allSettled(bodies.map((body) => body()));
  return outcomes.filter(({ status }) => status === 'rejected').length;
}

test('the crash tests pass a store that keeps whole batches, in order, and those that it has promised', async () => {
  expect(await failures('none')).toBe(0);
});

test.each(['half', 'early', 'gap'] as const)('the crash tests catch a store with the fault: %s', async (fault) => {
  expect(await failures(fault)).toBe(2);
});
