import type { JournalEntry, JournalSink } from '@skua/broker';
import type { Store } from '@skua/store';
import type { Clock } from './clock.ts';
import { BATCH_ENTRIES_BOUNDS, COMMIT_MS_BOUNDS, Histogram, type HistogramSnapshot } from './histogram.ts';
import { JournalBatch } from './journal-batch.ts';

/** What the journal writer asks and tells the server. */
export interface JournalWriterOwner {
  /** Whether anybody waits for an entry with a greater sequence number than this. */
  isAwaited(sequence: number): boolean;
  /** Everything up to this sequence number is durable. */
  stored(sequence: number): void;
  /** A batch was not stored. Nothing that waits for it is acknowledged; it is tried again. */
  failed(error: unknown, entries: number): void;
  /** A batch was stored after failures. */
  recovered(): void;
  /** So much waits that publishers should not be read, or no longer. */
  backlogged(backlogged: boolean): void;
}

/** Limits of the journal writer; see `ServerLimits`. */
export interface JournalWriterLimits {
  readonly backlogMax: number;
  readonly backlogBytesMax: number;
  readonly retryMs: number;
  readonly retryMaxMs: number;
  readonly flushMs: number;
}

/** What the journal writer has seen. */
export interface JournalStatistics {
  /** Entries that are not durable yet. */
  readonly backlogEntries: number;
  /** Bytes of the messages in those. */
  readonly backlogBytes: number;
  /** Entries that the store has taken. */
  readonly entriesStored: number;
  /** Entries that cancelled out before the store saw them. */
  readonly entriesCancelled: number;
  /** Batches that failed, each attempt counted. */
  readonly failures: number;
  /** Milliseconds from giving a batch to the store until it is durable. */
  readonly commitMs: HistogramSnapshot;
  /** Entries of the batches that the store has taken. */
  readonly batchEntries: HistogramSnapshot;
}

/**
 * Takes the broker's journal to the store. While a batch is on its way the next ones gather (group commit). When none is,
 * the entries of a turn are one batch at its end if somebody waits for them, and otherwise leave with the next that somebody
 * does, or after `flushMs`. What cancels out while it gathers is never written: see {@link JournalBatch}.
 *
 * A batch that fails is given to the store again, as it is, until it is taken: it may have had its effect.
 */
export class JournalWriter implements JournalSink {
  readonly #store: Store;
  readonly #owner: JournalWriterOwner;
  readonly #clock: Clock;
  readonly #limits: JournalWriterLimits;
  readonly #batch = new JournalBatch();
  #sequence = 0;
  #submitted: Submitted = NOTHING;
  #storedSequence = 0;
  #state: 'idle' | 'appending' | 'waiting' | 'stopped' = 'idle';
  /** Since the last success. */
  #failuresInARow = 0;
  #backlogged = false;
  #isFlushing = false;
  #timer: unknown;
  #isTimerSet = false;
  #whenDone: (() => void)[] = [];
  #failures = 0;
  #entriesStored = 0;
  #entriesCancelled = 0;
  readonly #commitMs = new Histogram(COMMIT_MS_BOUNDS);
  readonly #batchEntries = new Histogram(BATCH_ENTRIES_BOUNDS);

  constructor(store: Store, owner: JournalWriterOwner, clock: Clock, limits: JournalWriterLimits) {
    this.#store = store;
    this.#owner = owner;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Entries that are not durable yet. */
  get backlog(): number {
    return this.#batch.length + this.#submitted.entries.length;
  }

  /** The last sequence number that was appended. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Whether a read that begins now sees all entries up to this sequence number, unless {@link failures} rises meanwhile. */
  isSubmitted(sequence: number): boolean {
    return sequence <= this.#storedSequence || (this.#state === 'appending' && sequence <= this.#submitted.sequence);
  }

  /** Whether all entries up to this sequence number are durable. */
  isStored(sequence: number): boolean {
    return sequence <= this.#storedSequence;
  }

  /** Batches that failed, each attempt counted. */
  get failures(): number {
    return this.#failures;
  }

  /** Whether the last batch failed. */
  get isFailing(): boolean {
    return this.#failuresInARow > 0;
  }

  statistics(): JournalStatistics {
    return {
      backlogEntries: this.backlog,
      backlogBytes: this.#batch.bytes + this.#submitted.bytes,
      entriesStored: this.#entriesStored,
      entriesCancelled: this.#entriesCancelled + this.#batch.cancelled,
      failures: this.#failures,
      commitMs: this.#commitMs.snapshot(),
      batchEntries: this.#batchEntries.snapshot(),
    };
  }

  append(entry: JournalEntry, sequence: number): void {
    this.#batch.add(entry);
    this.#sequence = sequence;
    if (!this.#backlogged && this.#isBeyond(1)) {
      this.#backlogged = true;
      this.#owner.backlogged(true);
    }
  }

  /** The end of a turn: sends what was gathered, unless a batch is on its way or nobody waits. */
  flush(): void {
    if (this.#state !== 'idle') {
      this.#batch.endTurn();
      this.#relieve();
    } else if (this.#sequence > this.#storedSequence) {
      if (this.#isFlushing || this.#isBeyond(0.5) || this.#owner.isAwaited(this.#storedSequence)) this.#submit();
      else this.#setTimer(() => this.#submit(), this.#limits.flushMs);
    }
  }

  /** Resolves when nothing waits any more. Whatever comes from now on leaves with the turn. */
  async done(): Promise<void> {
    this.#isFlushing = true;
    this.flush();
    if (this.#sequence === this.#storedSequence) return;
    await new Promise<void>((resolve) => {
      this.#whenDone.push(resolve);
    });
  }

  /** Tries a batch that failed again now: the store says that it is well. */
  retry(): void {
    if (this.#state !== 'waiting') return;
    this.#clearTimer();
    this.#append(this.#submitted);
  }

  /** Tries no more. */
  stop(): void {
    this.#clearTimer();
    this.#state = 'stopped';
    for (const resolve of this.#whenDone.splice(0)) resolve();
  }

  #submit(): void {
    this.#clearTimer();
    const { bytes, cancelled } = this.#batch;
    this.#entriesCancelled += cancelled;
    const entries = this.#batch.take();
    const submitted: Submitted = { entries, bytes, sequence: this.#sequence };
    this.#submitted = submitted;
    if (entries.length > 0) this.#append(submitted);
    // Everything has cancelled out, and nothing is on its way: there is nothing to wait for.
    else this.#settled(submitted);
  }

  #append(submitted: Submitted): void {
    this.#state = 'appending';
    const since = this.#elapsed();
    // Within a promise, so that a store that throws is treated like one that rejects.
    const appended = new Promise<void>((resolve) => {
      resolve(this.#store.append(submitted.entries));
    });
    appended.then(
      () => {
        this.#commitMs.observe(this.#elapsed() - since);
        this.#batchEntries.observe(submitted.entries.length);
        this.#entriesStored += submitted.entries.length;
        this.#settled(submitted);
      },
      (error: unknown) => this.#handleFailed(submitted, error),
    );
  }

  #settled(submitted: Submitted): void {
    this.#submitted = NOTHING;
    this.#storedSequence = submitted.sequence;
    if (this.#state === 'appending') this.#state = 'idle';
    if (this.#failuresInARow > 0) {
      this.#failuresInARow = 0;
      this.#owner.recovered();
    }
    this.#relieve();
    this.#owner.stored(submitted.sequence);
    this.flush();
    if (this.#sequence === this.#storedSequence) for (const resolve of this.#whenDone.splice(0)) resolve();
  }

  #handleFailed(submitted: Submitted, error: unknown): void {
    this.#failures++;
    this.#failuresInARow++;
    const stopped = this.#state === 'stopped';
    if (!stopped) this.#state = 'waiting';
    this.#owner.failed(error, submitted.entries.length);
    if (stopped) return;
    const { retryMs, retryMaxMs } = this.#limits;
    const delayMs = Math.min(retryMaxMs, retryMs * 2 ** Math.min(30, this.#failuresInARow - 1));
    this.#setTimer(() => this.retry(), delayMs);
  }

  #elapsed(): number {
    return this.#clock.elapsed?.() ?? this.#clock.now();
  }

  #isBeyond(part: number): boolean {
    const { backlogMax, backlogBytesMax } = this.#limits;
    return this.backlog >= backlogMax * part || this.#batch.bytes + this.#submitted.bytes >= backlogBytesMax * part;
  }

  // Half, so that input is not switched off and on with every batch.
  #relieve(): void {
    if (!this.#backlogged || this.#isBeyond(0.5)) return;
    this.#backlogged = false;
    this.#owner.backlogged(false);
  }

  #setTimer(callback: () => void, delayMs: number): void {
    if (this.#isTimerSet) return;
    this.#isTimerSet = true;
    this.#timer = this.#clock.setTimeout(() => {
      this.#isTimerSet = false;
      callback();
    }, delayMs);
  }

  #clearTimer(): void {
    if (!this.#isTimerSet) return;
    this.#isTimerSet = false;
    this.#clock.clearTimeout(this.#timer);
  }
}

/** A batch that the store was given and has not taken yet. */
interface Submitted {
  readonly entries: readonly JournalEntry[];
  readonly bytes: number;
  /** Of its last entry, or of one that has cancelled out since. */
  readonly sequence: number;
}

const NOTHING: Submitted = { entries: [], bytes: 0, sequence: 0 };
