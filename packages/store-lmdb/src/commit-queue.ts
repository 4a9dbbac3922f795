import type { JournalEntry } from '@skua/broker';
import { StoreError, type CommitStatistics } from '@skua/store';
import { RecordWriter, writeBatch } from '@skua/store/format';
import { BatchCheck } from './batch-check.ts';
import { lastJournalSequence, putJournalRecord, removeJournalRecord } from './journal-records.ts';
import { moveToTables } from './move-to-tables.ts';
import type { PendingState } from './pending-state.ts';

/**
 * Makes batches durable, one after the other, each in one transaction.
 *
 * A transaction appends one record to the journal. Only now and then does it also move what has gathered to the tables:
 * most messages of connected clients are acknowledged by then, and never get there. Entries take effect in memory after
 * they are durable, so that a transaction that fails leaves nothing to undo.
 */
export class CommitQueue {
  readonly #state: PendingState;
  readonly #writer: RecordWriter = new RecordWriter(65_536);
  readonly #limits: MoveLimits;
  /** What the journal holds. */
  readonly #journal: JournalPart[];
  #journalBytes = 0;
  #journalEntries = 0;
  readonly #waiting: WaitingBatch[] = [];
  #running: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();
  #broken = false;
  #damage: Error | undefined;
  #commits: CommitStatistics = { count: 0, batches: 0, millisecondsTotal: 0, millisecondsMax: 0 };
  #entries = 0;
  #lastError: string | undefined;

  constructor(state: PendingState, journal: readonly JournalPart[], limits: MoveLimits) {
    this.#state = state;
    this.#journal = [...journal];
    this.#limits = limits;
  }

  get statistics(): { commits: CommitStatistics; batchesAppended: number; entriesAppended: number } {
    return { commits: this.#commits, batchesAppended: this.#commits.batches, entriesAppended: this.#entries };
  }

  get lastError(): string | undefined {
    return this.#lastError;
  }

  noteError(error: unknown): void {
    this.#lastError = String(error);
  }

  /** Resolves when the batch is durable. @throws {StoreError} (as a rejection) */
  append(entries: readonly JournalEntry[]): Promise<void> {
    const appended = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ entries, resolve, reject, appendedAt: performance.now() });
      this.#run();
    });
    this.#last = appended.catch(() => {});
    return appended;
  }

  /** Resolves when what was appended before is durable or has failed. */
  settled(): Promise<void> {
    return this.#last;
  }

  /** Does something while nothing is on its way; batches wait. */
  async alone<T>(work: () => T | Promise<T>): Promise<T> {
    while (this.#running !== undefined) await this.#running;
    const done = Promise.resolve().then(work);
    this.#hold(
      done.then(
        () => {},
        () => {},
      ),
    );
    return done;
  }

  /** Moves everything to the tables. @throws {StoreError} (as a rejection) */
  async moveAll(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    if (this.#journal.length > 0 && this.#damage === undefined) await this.#commit([], true);
  }

  #run(): void {
    if (this.#running === undefined) this.#hold(this.#commitAll());
  }

  /** @param running never rejects. */
  #hold(running: Promise<void>): void {
    this.#running = running.then(() => {
      this.#running = undefined;
      if (this.#waiting.length > 0) this.#run();
    });
  }

  async #commitAll(): Promise<void> {
    for (let batch = this.#waiting.shift(); batch !== undefined; batch = this.#waiting.shift()) {
      try {
        await this.#commitBatch(batch);
        batch.resolve();
      } catch (error) {
        this.#lastError = String(error);
        batch.reject(error);
      }
    }
  }

  async #commitBatch({ entries, appendedAt }: WaitingBatch): Promise<void> {
    if (this.#damage !== undefined) throw this.#damage;
    if (entries.length > 0) {
      new BatchCheck(this.#state, entries).check();
      await this.#commit(entries, this.#shouldMove());
    }
    this.#count(entries.length, performance.now() - appendedAt);
  }

  /** @param entries what the journal gets; none: nothing. */
  async #commit(entries: readonly JournalEntry[], move: boolean): Promise<void> {
    const { medium, totals } = this.#state;
    if (this.#broken) await this.#reopen();
    this.#writer.reset();
    if (entries.length > 0) writeBatch(this.#writer, entries);
    const bytes = this.#writer.position;
    const sequence = totals.sequence + 1;
    let parts = 0;
    if (move) this.#state.clearAbandoned(this.#limits.clearedMax);
    try {
      await medium.write((transaction) => {
        if (bytes > 0) parts = putJournalRecord(transaction, this.#writer, 0, sequence);
        if (!move) return;
        moveToTables(this.#state, transaction, this.#writer);
        for (const part of this.#journal) removeJournalRecord(transaction, part.sequence, part.parts);
      });
    } catch (error) {
      this.#broken = true;
      await this.#reopen();
      // Nobody knew; now it can be seen. A record that is there is durable: the file was opened again with it.
      if (bytes === 0 || lastJournalSequence(medium, sequence) !== sequence) throw error;
    }
    if (move) this.#handleMoved();
    if (bytes > 0) this.#handleStored(entries, { sequence, parts, bytes });
  }

  #handleMoved(): void {
    this.#state.moved();
    this.#journal.length = 0;
    this.#journalBytes = 0;
    this.#journalEntries = 0;
  }

  #handleStored(entries: readonly JournalEntry[], record: JournalPart): void {
    this.#journal.push(record);
    this.#journalBytes += record.bytes;
    this.#journalEntries += entries.length;
    this.#state.totals.sequence = record.sequence;
    try {
      this.#state.apply(entries);
    } catch (error) {
      // The tables have a record that cannot be read. The batch is in the journal, but nobody can say what it adds up to.
      this.#damage = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }

  async #reopen(): Promise<void> {
    await this.#state.medium.reopen();
    this.#broken = false;
  }

  #shouldMove(): boolean {
    const { size } = this.#state;
    const { recordsMin, recordsMax, journalBytesMax } = this.#limits;
    if (size >= recordsMax || this.#journalBytes >= journalBytesMax) return true;
    // Where entries cancel out it pays to wait; where they don't it is better done in small pieces.
    return size >= recordsMin && this.#journalEntries <= size * 2;
  }

  #count(entries: number, milliseconds: number): void {
    const { count, batches, millisecondsTotal, millisecondsMax } = this.#commits;
    this.#commits = {
      count: count + 1,
      batches: batches + 1,
      millisecondsTotal: millisecondsTotal + milliseconds,
      millisecondsMax: Math.max(millisecondsMax, milliseconds),
    };
    this.#entries += entries;
  }
}

/** A record of the journal that is not in the tables. */
export interface JournalPart {
  readonly sequence: number;
  readonly parts: number;
  readonly bytes: number;
}

/** When what has gathered moves to the tables. */
export interface MoveLimits {
  /** Records that differ before it is worth a move. */
  readonly recordsMin: number;
  /** Records that differ at most. */
  readonly recordsMax: number;
  /** Bytes of the journal at most. */
  readonly journalBytesMax: number;
  /** Deliveries of ended sessions that are cleared with a move. */
  readonly clearedMax: number;
}

/** Some milliseconds of work each, and a journal that is read in a moment at the next start. */
export const MOVE_LIMITS: MoveLimits = {
  recordsMin: 8192,
  recordsMax: 32_768,
  journalBytesMax: 16_777_216,
  clearedMax: 4096,
};

interface WaitingBatch {
  readonly entries: readonly JournalEntry[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  readonly appendedAt: number;
}

/** What is left to do when the store is closed. */
export function closedError(): StoreError {
  return new StoreError('The store is closed.', { code: 'closed' });
}
