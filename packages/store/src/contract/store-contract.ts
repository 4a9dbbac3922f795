import type { Store } from '../store.ts';
import { declareBatches } from './batch-tests.ts';
import { declareDeliveries } from './delivery-tests.ts';
import { declareCrashes } from './crash-tests.ts';
import type { Declare } from './expected-state.ts';
import { declareStates } from './state-tests.ts';

/**
 * Declares the tests that every store passes, on any test framework.
 *
 * @example
 * storeContract({ test }, { name: 'memory', open, reopen });
 */
export function storeContract(runner: ContractRunner, harness: StoreHarness): void {
  const declare: Declare = (name, body) => {
    runner.test(`${harness.name}: ${name}`, async () => {
      let store = await harness.open();
      const reopen = async (): Promise<Store> => {
        store = await harness.reopen(store);
        return store;
      };
      try {
        await body(store, reopen);
      } finally {
        await store.close();
        await harness.dispose?.(store);
      }
    });
  };
  declareStates(declare);
  declareDeliveries(declare);
  declareBatches(declare);
  declareCrashes(runner, harness);
}

/** What the suite needs of a test framework: vitest's, node:test's or any other `test` function fits. */
export interface ContractRunner {
  test(name: string, body: () => Promise<void>): void;
}

/** How the suite opens the store under test. */
export interface StoreHarness {
  /** Begins the name of each test. */
  readonly name: string;
  /** A new, empty store. */
  open(): Promise<Store>;
  /** The same data as another process would find it: closes the store, or abandons it, and opens it again. */
  reopen(store: Store): Promise<Store>;
  /**
   * A new, empty store whose process is lost just before the `writes`-th write to its medium (0: the first), or never if it
   * makes fewer: from then on everything rejects that has not resolved. With it the suite tries a crash between any two
   * writes, and looks at what {@link reopen} finds. Every store with a medium has one.
   */
  openToCrash?(writes: number): Promise<Store>;
  /** Removes what the store left behind. */
  dispose?(store: Store): Promise<void>;
}
