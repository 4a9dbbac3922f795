import type { Broker, JournalEntry, JournalSink, QueueReader, QueueReadRequest } from '@skua/broker';
import { StoreState } from '@skua/store';

/** A store that has caught up whenever nothing else moves. */
export class StateJournal implements JournalSink, QueueReader {
  readonly #state = new StoreState();
  #entries: JournalEntry[] = [];
  #sequence = 0;
  readonly #requests: QueueReadRequest[] = [];

  append(entry: JournalEntry, sequence: number): void {
    this.#entries.push(entry);
    this.#sequence = sequence;
  }

  readQueue(request: QueueReadRequest): void {
    this.#requests.push(request);
  }

  /** Stores what there is, and answers what was asked. @returns whether there was anything. */
  catchUp(broker: Broker, now: number): boolean {
    const entries = this.#entries;
    const requests = this.#requests.splice(0);
    if (entries.length === 0 && requests.length === 0) return false;
    this.#entries = [];
    this.#state.apply(entries);
    broker.handleStored(this.#sequence, now);
    for (const request of requests) {
      broker.handleQueueRead(request, this.#state.readDeliveries(request.clientIdentifier, request), now);
    }
    return true;
  }
}
