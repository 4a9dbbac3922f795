import type { StoreStatistics } from '@skua/store';
import type { JournalStatistics } from './journal-writer.ts';

/** How the store does, for health checks and metrics. */
export interface Durability extends JournalStatistics {
  /**
   * `unwell`: the last batch was not taken, or the store itself says so. Nothing that depends on it is acknowledged until it
   * is `well` again.
   */
  readonly state: 'well' | 'unwell';
  /** For people: why it is unwell. */
  readonly explanation: string | undefined;
  /** Acknowledgements and QoS 2 deliveries that wait for the store. */
  readonly gateDepth: number;
  /** What the store says about itself. */
  readonly store: StoreStatistics;
}
