import type { QueuePage, QueueReader, QueueReadRequest } from '@skua/broker';
import type { Store } from '@skua/store';
import type { Clock } from './clock.ts';
import type { JournalWriter } from './journal-writer.ts';

/** What the reads tell the server. */
export interface QueueReadsOwner {
  pageRead(request: QueueReadRequest, page: QueuePage): void;
  readFailed(error: unknown): void;
}

/**
 * Reads pages of queues from the store for the broker. A page must see what the journal has promised, so a read begins when
 * the store was given all of that, and is repeated when the store did not take it. One that fails is tried again.
 */
export class QueueReads implements QueueReader {
  readonly #store: Store;
  readonly #journal: JournalWriter;
  readonly #owner: QueueReadsOwner;
  readonly #clock: Clock;
  readonly #retryMs: number;
  #waiting: QueueReadRequest[] = [];
  #isStopped = false;

  constructor(store: Store, journal: JournalWriter, owner: QueueReadsOwner, clock: Clock, retryMs: number) {
    this.#store = store;
    this.#journal = journal;
    this.#owner = owner;
    this.#clock = clock;
    this.#retryMs = retryMs;
  }

  readQueue(request: QueueReadRequest): void {
    this.#waiting.push(request);
  }

  /** Whether a page waits for entries with a greater sequence number than this. */
  isAwaited(sequence: number): boolean {
    return this.#waiting.some((request) => request.sequence > sequence);
  }

  /** The end of a turn, or the store was given a batch: begins the reads that can. */
  begin(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const request of waiting) {
      if (this.#journal.isSubmitted(request.sequence)) this.#read(request);
      else this.#waiting.push(request);
    }
  }

  /** Answers no more. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting = [];
  }

  #read(request: QueueReadRequest): void {
    const { clientIdentifier, after, deliveriesMax, bytesMax, sequence } = request;
    const { failures } = this.#journal;
    // Within a promise, so that a store that throws is treated like one that rejects.
    const read = new Promise<QueuePage>((resolve) => {
      resolve(this.#store.readDeliveries(clientIdentifier, { after, deliveriesMax, bytesMax }));
    });
    read.then(
      (page) => {
        if (this.#isStopped) return;
        // What it was to see was perhaps not there: the batch has failed meanwhile.
        if (!this.#journal.isStored(sequence) && this.#journal.failures !== failures) {
          this.#waiting.push(request);
          this.begin();
        } else this.#owner.pageRead(request, page);
      },
      (error: unknown) => {
        if (this.#isStopped) return;
        this.#owner.readFailed(error);
        this.#clock.setTimeout(() => {
          if (this.#isStopped) return;
          this.#waiting.push(request);
          this.begin();
        }, this.#retryMs);
      },
    );
  }
}
