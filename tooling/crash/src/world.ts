import type { BrokerAddress } from './client/crash-client.ts';
import type { History } from './history.ts';
import type { Random } from './random.ts';

/** What a part of the workload works with. */
export interface World {
  readonly broker: BrokerAddress;
  readonly history: History;
  /** `load`: on with it. `settling`: no new messages, and everybody stays connected. `over`: end. */
  readonly phase: 'load' | 'settling' | 'over';
}

/** A part of the workload: one client, or one after the other. */
export interface Actor {
  readonly name: string;
  /** Works until the run is over. */
  run(): Promise<void>;
  /** Whether it has nothing left to do in the phase `settling`. */
  readonly isSettled: boolean;
}

/** Resolves after some milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/** How long to wait between two attempts to connect, in milliseconds. */
export function retryPause(random: Random): number {
  return random.integer(3, 15);
}
