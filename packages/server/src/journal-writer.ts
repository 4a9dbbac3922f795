import type { JournalEntry, JournalSink } from '@skua/broker';
import type { Store } from '@skua/store';
import type { Clock } from './clock.ts';

/** What the journal writer tells the server. */
export interface JournalWriterOwner {
  /** Everything up to this sequence number is durable. */
  stored(sequence: number): void;
  /** A batch was not stored. Nothing that waits for it is acknowledged; it is tried again. */
  failed(error: unknown, entries: number): void;
  /** A batch was stored after failures. */
  recovered(): void;
  /** So many entries wait that publishers should not be read, or no longer. */
  backlogged(backlogged: boolean): void;
}

/**
 * Takes the broker's journal to the store: the entries of a turn are one batch; while a batch is on its way the next ones
 * gather (group commit). A batch that fails is tried again, with everything that came since, until the store takes it.
 */
export class JournalWriter implements JournalSink {
  readonly #store: Store;
  readonly #owner: JournalWriterOwner;
  readonly #clock: Clock;
  readonly #backlogMax: number;
  readonly #retryMs: number;
  #gathered: JournalEntry[] = [];
  #gatheredSequence = 0;
  #inFlight: readonly JournalEntry[] = [];
  #state: 'idle' | 'appending' | 'waiting' = 'idle';
  #failures = 0;
  #backlogged = false;
  #retryTimer: unknown;
  #whenDone: (() => void)[] = [];

  constructor(store: Store, owner: JournalWriterOwner, clock: Clock, limits: { backlogMax: number; retryMs: number }) {
    this.#store = store;
    this.#owner = owner;
    this.#clock = clock;
    this.#backlogMax = limits.backlogMax;
    this.#retryMs = limits.retryMs;
  }

  /** Entries that are not durable yet. */
  get backlog(): number {
    return this.#gathered.length + this.#inFlight.length;
  }

  /** The last sequence number that was appended. */
  get sequence(): number {
    return this.#gatheredSequence;
  }

  append(entry: JournalEntry, sequence: number): void {
    this.#gathered.push(entry);
    this.#gatheredSequence = sequence;
    if (!this.#backlogged && this.backlog >= this.#backlogMax) {
      this.#backlogged = true;
      this.#owner.backlogged(true);
    }
  }

  /** The end of a turn: sends what was gathered, unless a batch is on its way. */
  flush(): void {
    if (this.#state === 'idle' && this.#gathered.length > 0) this.#appendBatch();
  }

  /** Resolves when nothing waits any more. */
  async done(): Promise<void> {
    if (this.backlog === 0) return;
    this.flush();
    await new Promise<void>((resolve) => {
      this.#whenDone.push(resolve);
    });
  }

  /** Tries no more. */
  stop(): void {
    this.#clock.clearTimeout(this.#retryTimer);
    this.#state = 'waiting';
    for (const resolve of this.#whenDone.splice(0)) resolve();
  }

  #appendBatch(): void {
    this.#state = 'appending';
    const entries = this.#gathered;
    const sequence = this.#gatheredSequence;
    this.#gathered = [];
    this.#inFlight = entries;
    // Within a promise, so that a store that throws is treated like one that rejects.
    const appended = new Promise<void>((resolve) => {
      resolve(this.#store.append(entries));
    });
    appended.then(
      () => this.#handleStored(sequence),
      (error: unknown) => this.#handleFailed(entries, error),
    );
  }

  #handleStored(sequence: number): void {
    this.#inFlight = [];
    if (this.#state === 'appending') this.#state = 'idle';
    if (this.#failures > 0) {
      this.#failures = 0;
      this.#owner.recovered();
    }
    // Half, so that input is not switched off and on with every batch.
    if (this.#backlogged && this.backlog < this.#backlogMax / 2) {
      this.#backlogged = false;
      this.#owner.backlogged(false);
    }
    this.#owner.stored(sequence);
    this.flush();
    if (this.backlog === 0) for (const resolve of this.#whenDone.splice(0)) resolve();
  }

  #handleFailed(entries: readonly JournalEntry[], error: unknown): void {
    this.#failures += 1;
    this.#inFlight = [];
    this.#gathered = [...entries, ...this.#gathered];
    const stopped = this.#state !== 'appending';
    this.#state = 'waiting';
    this.#owner.failed(error, entries.length);
    if (stopped) return;
    this.#retryTimer = this.#clock.setTimeout(() => {
      this.#state = 'idle';
      this.flush();
    }, this.#retryMs);
  }
}
