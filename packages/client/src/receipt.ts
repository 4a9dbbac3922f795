import type { QoS } from '@skua/codec';
import { OutgoingMessage, type Acknowledgement, type OutgoingState } from './engine/outgoing-message.ts';

/** What `publish` gives for a message that was admitted. */
export interface Receipt {
  readonly qos: QoS;
  /** The one that it was last sent with; undefined at QoS 0 and while it waits. */
  readonly packetIdentifier: number | undefined;
  /** Where the message stands. */
  readonly state: OutgoingState;
  /**
   * Resolves when the server has acknowledged the message for good (PUBACK, PUBCOMP); at QoS 0 when it was handed to the
   * connection. Rejected with a ClientError when it never will be. Who does not look at it cannot miss a rejection.
   */
  readonly acknowledged: Promise<Acknowledgement>;
}

/** A message with the promises of who published it; they are made when they are asked for. */
export class PublishReceipt extends OutgoingMessage implements Receipt {
  #waiters: Waiters | undefined;
  #isAdmitted = false;

  get acknowledged(): Promise<Acknowledgement> {
    const waiters = (this.#waiters ??= {});
    waiters.acknowledged ??= new Promise((resolve, reject) => {
      if (this.outcome instanceof Error) reject(this.outcome);
      else if (this.outcome === undefined) waiters.settle = { resolve, reject };
      else resolve(this.outcome);
    });
    return waiters.acknowledged;
  }

  /** Whether the caller of `publish` has been told that it is admitted. */
  get isAdmitted(): boolean {
    return this.#isAdmitted;
  }

  /** It is admitted. */
  admit(): void {
    this.#isAdmitted = true;
    this.#waiters?.admission?.resolve(this);
  }

  /** Resolves when it is admitted, is rejected when it fails before. */
  whenAdmitted(): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      if (this.#isAdmitted) resolve(this);
      else if (this.outcome instanceof Error) reject(this.outcome);
      else (this.#waiters ??= {}).admission = { resolve, reject };
    });
  }

  /** Ends the watch over signal and timeout when the message has come to its end. */
  set stopWatching(stop: (() => void) | undefined) {
    if (stop !== undefined) (this.#waiters ??= {}).stop = stop;
  }

  /** Called when the message has come to its end. */
  set whenSettled(done: () => void) {
    (this.#waiters ??= {}).done = done;
  }

  /** `outcome` is set. */
  settle(): void {
    const waiters = this.#waiters;
    if (waiters === undefined) return;
    const { outcome } = this;
    waiters.stop?.();
    waiters.done?.();
    if (outcome instanceof Error) {
      if (!this.#isAdmitted) waiters.admission?.reject(outcome);
      waiters.settle?.reject(outcome);
    } else if (outcome !== undefined) {
      if (!this.#isAdmitted) this.admit();
      waiters.settle?.resolve(outcome);
    }
  }
}

interface Settle<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

interface Waiters {
  acknowledged?: Promise<Acknowledgement>;
  settle?: Settle<Acknowledgement>;
  admission?: Settle<Receipt>;
  stop?: () => void;
  done?: () => void;
}
