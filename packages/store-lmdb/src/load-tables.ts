import type { Message, SessionSnapshot, SubscriptionRecord } from '@skua/broker';
import type { StoreSnapshot } from '@skua/store';
import type { SessionRecord } from '@skua/store/format';
import { endOfTable, firstNumber, secondNumber, singleKey, Table, type TableCode } from './keys.ts';
import type { Medium, MediumRecord } from './medium.ts';
import type { PendingState } from './pending-state.ts';
import { parseQueue } from './queue-record.ts';
import { deliverySnapshot } from './queue-page.ts';
import { inFlightDeliveries } from './queue-reader.ts';
import type { StoredSession } from './stored-session.ts';
import { parseRetained, parseSession, parseSubscription, parseWhole, present } from './table-records.ts';

/** Reads the sessions' names and what their queues hold, and the queues that nobody has any more. @throws {StoreError} */
export function loadSessions(state: PendingState): void {
  const { medium, sessions } = state;
  const queues = records(medium, Table.queue);
  for (const { key, value } of records(medium, Table.session)) {
    const number = firstNumber(key);
    const { clientIdentifier } = parseSession(key, value, number);
    const next = queues.next();
    const queue = present(next.done === true ? undefined : next.value, `the queue of the session ${number}`);
    present(firstNumber(queue.key) === number ? queue : undefined, `the session or queue ${number}`);
    sessions.set(clientIdentifier, parseQueue(queue.key, queue.value, number));
  }
  for (const { key } of records(medium, Table.abandoned)) {
    state.abandoned.restore(firstNumber(key));
  }
}

/** Everything but the queues, read as it is asked for. */
export function readSnapshot(state: PendingState): StoreSnapshot {
  return {
    nextIdentifier: state.totals.nextIdentifier,
    retained: readRetained(state),
    sessions: readSessions(state),
  };
}

function* readRetained({ medium, retained }: PendingState): Generator<Message> {
  for (const { key, value } of records(medium, Table.retained)) {
    const message = parseRetained(key, value);
    if (!retained.has(message.topicName)) yield message;
  }
  for (const message of retained.values()) if (message !== undefined) yield message;
}

function* readSessions(state: PendingState): Generator<SessionSnapshot> {
  const { medium } = state;
  const ended = new Set(state.ended);
  const subscriptions = new GroupedTable(medium, Table.subscription);
  const packets = new GroupedTable(medium, Table.packet);
  for (const { key, value } of records(medium, Table.session)) {
    const number = firstNumber(key);
    // All three tables are in the order of the session numbers, so each is read through once.
    const stored: StoredParts = { subscriptions: subscriptions.take(number), packets: packets.take(number) };
    if (ended.has(number)) continue;
    const record = parseSession(key, value, number);
    const session = present(state.sessions.get(record.clientIdentifier), `the session ${number}`);
    yield sessionSnapshot(state, session, session.changes?.record ?? record, stored);
  }
  for (const session of state.changed) {
    const record = session.changes?.record;
    if (!session.stored && record !== undefined) yield sessionSnapshot(state, session, record, NOTHING);
  }
}

interface StoredParts {
  readonly subscriptions: readonly MediumRecord[];
  readonly packets: readonly MediumRecord[];
}

function sessionSnapshot(
  state: PendingState,
  session: StoredSession,
  record: SessionRecord,
  stored: StoredParts,
): SessionSnapshot {
  const inFlight = inFlightDeliveries(state.medium, session);
  return {
    ...record,
    subscriptions: subscriptionsOf(session, stored.subscriptions),
    deliveries: inFlight.map((delivery) => deliverySnapshot(state, delivery)),
    queued: session.queued,
    awaitingPubrel: packetsOf(session, stored.packets),
  };
}

function subscriptionsOf({ number, changes }: StoredSession, stored: readonly MediumRecord[]): SubscriptionRecord[] {
  const found = new Map<string, SubscriptionRecord>();
  for (const { key, value } of stored) {
    const subscription = parseSubscription(key, value, number);
    found.set(subscription.subscriptionFilter, subscription);
  }
  for (const [filter, { value }] of changes?.subscriptions ?? []) {
    if (value === undefined) found.delete(filter);
    else found.set(filter, value);
  }
  return [...found.values()];
}

function packetsOf({ number, changes }: StoredSession, stored: readonly MediumRecord[]): number[] {
  const orders = new Map<number, number>();
  for (const { key, value } of stored) {
    orders.set(secondNumber(key), parseWhole(key, value, `a packet of the session ${number}`));
  }
  for (const [packetIdentifier, { value }] of changes?.packets ?? []) {
    if (value === undefined) orders.delete(packetIdentifier);
    else orders.set(packetIdentifier, value);
  }
  return [...orders].toSorted(([, left], [, right]) => left - right).map(([packetIdentifier]) => packetIdentifier);
}

/** A table whose keys begin with rising numbers, read number by number. */
class GroupedTable {
  readonly #records: Generator<MediumRecord>;
  #next: MediumRecord | undefined;

  constructor(medium: Medium, table: TableCode) {
    this.#records = records(medium, table);
    this.#advance();
  }

  /** The records of this number. Those of lower ones are passed over. */
  take(number: number): MediumRecord[] {
    const taken: MediumRecord[] = [];
    for (; this.#next !== undefined; this.#advance()) {
      const found = firstNumber(this.#next.key);
      if (found > number) break;
      if (found === number) taken.push(this.#next);
    }
    return taken;
  }

  #advance(): void {
    const { value, done } = this.#records.next();
    this.#next = done === true ? undefined : value;
  }
}

/** All records of a table, in parts, so that none is read long before it is used. */
function* records(medium: Medium, table: TableCode): Generator<MediumRecord> {
  const end = endOfTable(table);
  for (let from = singleKey(table); ;) {
    const part = [...medium.scan(from, end, PART)];
    yield* part;
    const last = part.at(-1);
    if (last === undefined || part.length < PART) return;
    // The lowest key behind the last one.
    from = new Uint8Array(last.key.length + 1);
    from.set(last.key);
  }
}

const NOTHING: StoredParts = { subscriptions: [], packets: [] };
const PART = 1000;
