import { queuedBytes, StoreError } from '@skua/store';
import { parseStoredDelivery } from './delivery-table.ts';
import { endOfTable, firstNumber, secondNumber, singleKey, Table, type TableCode } from './keys.ts';
import { readJournal } from './journal-records.ts';
import type { Medium, MediumRecord } from './medium.ts';
import { parseQueue } from './queue-record.ts';
import { parseMessage, parseRetained, parseSession, parseSubscription, parseWhole } from './table-records.ts';
import { readTotals } from './totals.ts';
import type { StoredSession } from './stored-session.ts';

/** What was found in the tables. */
export interface RecordReport {
  readonly sessions: number;
  readonly subscriptions: number;
  readonly messages: number;
  readonly deliveries: number;
  readonly retained: number;
  readonly journalRecords: number;
  /** In plain words; none: all is well. At most 100. */
  readonly problems: readonly string[];
}

/**
 * Reads every record and compares what records say of each other. Gives the event loop its turn between parts, but nothing
 * must be written meanwhile.
 */
export async function verifyRecords(medium: Medium): Promise<RecordReport> {
  const check = new RecordCheck(medium);
  return check.run();
}

class RecordCheck {
  readonly #medium: Medium;
  readonly #problems: string[] = [];
  readonly #counts = { sessions: 0, subscriptions: 0, messages: 0, deliveries: 0, retained: 0, journalRecords: 0 };
  readonly #sessions: Set<number> = new Set();
  /** By number: what the record says, less what was found. */
  readonly #queues: Map<number, StoredSession> = new Map();
  readonly #abandoned: Set<number> = new Set();
  readonly #inFlight: Set<string> = new Set();
  /** How many deliveries name a message. */
  readonly #named: Map<number, number> = new Map();
  readonly #references: Map<number, number> = new Map();
  readonly #bytes: Map<number, number> = new Map();

  constructor(medium: Medium) {
    this.#medium = medium;
  }

  async run(): Promise<RecordReport> {
    await this.#each(Table.session, ({ key, value }) => {
      const number = firstNumber(key);
      parseSession(key, value, number);
      this.#sessions.add(number);
      this.#counts.sessions += 1;
    });
    await this.#each(Table.queue, ({ key, value }) => this.#checkQueue(key, value));
    await this.#each(Table.subscription, ({ key, value }) => {
      this.#needSession(firstNumber(key), 'a subscription');
      parseSubscription(key, value, firstNumber(key));
      this.#counts.subscriptions += 1;
    });
    await this.#each(Table.packet, ({ key, value }) => {
      this.#needSession(firstNumber(key), 'a packet');
      parseWhole(key, value, `a packet of the session ${firstNumber(key)}`);
    });
    await this.#each(Table.abandoned, ({ key }) => void this.#abandoned.add(firstNumber(key)));
    await this.#each(Table.references, ({ key, value }) => {
      this.#references.set(firstNumber(key), parseWhole(key, value, 'a number of deliveries'));
    });
    await this.#each(Table.inFlight, ({ key }) => void this.#inFlight.add(`${firstNumber(key)} ${secondNumber(key)}`));
    await this.#each(Table.message, ({ key, value }) => {
      this.#bytes.set(firstNumber(key), queuedBytes(parseMessage(key, value, firstNumber(key))));
      this.#counts.messages += 1;
    });
    await this.#each(Table.delivery, ({ key, value }) => this.#checkDelivery(key, value));
    await this.#each(Table.retained, ({ key, value }) => {
      parseRetained(key, value);
      this.#counts.retained += 1;
    });
    this.#compare();
    return { ...this.#counts, problems: this.#problems };
  }

  #checkQueue(key: Uint8Array, value: Uint8Array): void {
    const number = firstNumber(key);
    this.#needSession(number, 'a queue');
    const session = parseQueue(key, value, number);
    if (this.#queues.has(session.queue)) this.#problem(`two sessions have the queue ${session.queue}`);
    this.#queues.set(session.queue, session);
  }

  #checkDelivery(key: Uint8Array, value: Uint8Array): void {
    const [queue, deliveryId] = [firstNumber(key), secondNumber(key)];
    const { delivery, bytes } = parseStoredDelivery(key, value, deliveryId);
    this.#counts.deliveries += 1;
    this.#named.set(delivery.messageId, (this.#named.get(delivery.messageId) ?? 0) + 1);
    const found = this.#bytes.get(delivery.messageId);
    if (found === undefined) {
      this.#problem(`the delivery ${deliveryId} names the message ${delivery.messageId}, which is missing`);
    } else if (found !== bytes) {
      this.#problem(`the delivery ${deliveryId} says ${bytes} bytes, its message has ${found}`);
    }
    const session = this.#queues.get(queue);
    if (session !== undefined) session.discount(delivery, bytes);
    else if (!this.#abandoned.has(queue)) this.#problem(`nobody has the queue ${queue} of the delivery ${deliveryId}`);
    if (this.#inFlight.delete(`${queue} ${deliveryId}`) !== (delivery.step !== 'queued')) {
      this.#problem(`the delivery ${deliveryId} is ${delivery.step}, the list of those in flight says otherwise`);
    }
  }

  #compare(): void {
    for (const { number, messages, bytes, shared, inFlight } of this.#queues.values()) {
      if (messages === 0 && bytes === 0 && shared === 0 && inFlight === 0) continue;
      this.#problem(
        `the queue of the session ${number} says ${messages} messages, ${bytes} bytes, ${shared} shared and ${inFlight} in flight more than there are`,
      );
    }
    if (this.#queues.size !== this.#sessions.size) {
      this.#problem(`there are ${this.#sessions.size} sessions, but ${this.#queues.size} queues`);
    }
    for (const [messageId, count] of this.#named) {
      const said = this.#references.get(messageId) ?? 1;
      if (said !== count) this.#problem(`${count} deliveries name the message ${messageId}, it says ${said}`);
    }
    for (const messageId of this.#bytes.keys()) {
      if (!this.#named.has(messageId)) this.#problem(`no delivery names the message ${messageId}`);
    }
    if (this.#inFlight.size > 0) this.#problem(`${this.#inFlight.size} deliveries in flight are missing`);
    this.#compareTotals();
  }

  #compareTotals(): void {
    this.#guard(() => {
      const totals = readTotals(this.#medium);
      for (const name of ['sessions', 'subscriptions', 'messages', 'deliveries', 'retained'] as const) {
        const found = this.#counts[name];
        if (totals[name] !== found) this.#problem(`there are ${found} ${name}, the totals say ${totals[name]}`);
      }
      this.#counts.journalRecords = [...readJournal(this.#medium, totals.sequence)].length;
    });
  }

  #needSession(number: number, what: string): void {
    if (!this.#sessions.has(number)) this.#problem(`${what} is of the session ${number}, which is missing`);
  }

  async #each(table: TableCode, visit: (record: MediumRecord) => void): Promise<void> {
    const end = endOfTable(table);
    for (let from = singleKey(table); ;) {
      const part = [...this.#medium.scan(from, end, PART)];
      for (const record of part) this.#guard(() => visit(record));
      const last = part.at(-1);
      if (last === undefined || part.length < PART) return;
      from = Buffer.concat([last.key, Buffer.of(0)]);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#problem(error.message);
    }
  }

  #problem(text: string): void {
    if (this.#problems.length < PROBLEMS_MAX) this.#problems.push(text);
  }
}

const PART = 1000;
const PROBLEMS_MAX = 100;
