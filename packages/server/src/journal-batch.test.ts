import type { JournalEntry, Message } from '@skua/broker';
import { StoreState } from '@skua/store';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JournalBatch } from './journal-batch.ts';

function message(topicName: string, text = ''): Message {
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the test's own texts are Topic Names
    topicName: topicName as Message['topicName'],
    payload: Uint8Array.from(text, (character) => character.codePointAt(0) ?? 0),
    qos: 1,
    retain: false,
    properties: {},
    publisher: '',
    receivedAt: 1,
    expiresAt: undefined,
  };
}

const opened = (clientIdentifier: string, clean = false): JournalEntry => ({
  type: 'sessionOpened',
  clientIdentifier,
  clean,
  userName: undefined,
  protocolVersion: 5,
  sessionExpiryInterval: 60,
  will: undefined,
});
const stored = (messageId: number): JournalEntry => ({ type: 'messageStored', messageId, message: message('m') });
const queued = (clientIdentifier: string, deliveryId: number, messageId: number): JournalEntry => ({
  type: 'deliveryQueued',
  clientIdentifier,
  deliveryId,
  messageId,
  qos: 2,
  retain: false,
  subscriptionIdentifiers: undefined,
  sharedSubscription: undefined,
});
const finished = (clientIdentifier: string, deliveryId: number): JournalEntry => ({
  type: 'deliveryFinished',
  clientIdentifier,
  deliveryId,
});
const sent = (clientIdentifier: string, deliveryId: number): JournalEntry => ({
  type: 'deliverySent',
  clientIdentifier,
  deliveryId,
  packetIdentifier: 7,
});

const received = (clientIdentifier: string, deliveryId: number): JournalEntry => ({
  type: 'deliveryReceived',
  clientIdentifier,
  deliveryId,
});

function thinned(...entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const batch = new JournalBatch();
  for (const entry of entries) batch.add(entry);
  return batch.take();
}

describe('a batch', () => {
  test('forgets a message with all its deliveries', () => {
    expect(thinned(stored(1), queued('a', 2, 1), queued('b', 3, 1), finished('b', 3), finished('a', 2))).toEqual([]);
    expect(thinned(stored(1), queued('a', 2, 1), queued('b', 3, 1), finished('b', 3))).toEqual([
      stored(1),
      queued('a', 2, 1),
    ]);
  });

  test('keeps a message that gets a delivery again before the turn ends', () => {
    const batch = new JournalBatch();
    for (const entry of [stored(1), queued('a', 2, 1), finished('a', 2), queued('b', 3, 1)]) batch.add(entry);
    batch.endTurn();
    expect(batch.take()).toEqual([stored(1), queued('b', 3, 1)]);
  });

  test('keeps only the end of a delivery that it has not queued itself', () => {
    expect(thinned(sent('a', 2), received('a', 2), finished('a', 2))).toEqual([finished('a', 2)]);
    expect(thinned(stored(1), queued('a', 2, 1), sent('a', 2), finished('a', 2))).toEqual([]);
  });

  test('keeps the last word on a retained message', () => {
    const set = (text: string): JournalEntry => ({ type: 'retainedSet', message: message('r', text) });
    const removed: JournalEntry = { type: 'retainedRemoved', topicName: 'r' };
    expect(thinned(set('a'), removed, set('b'))).toEqual([set('b')]);
    expect(thinned(set('a'), removed)).toEqual([removed]);
  });

  test('does not grow with what cancels out, and counts it', () => {
    const batch = new JournalBatch();
    batch.add(opened('a'));
    for (let identifier = 1; identifier < 100_000; identifier += 2) {
      batch.add(stored(identifier));
      batch.add(queued('a', identifier + 1, identifier));
      batch.add(finished('a', identifier + 1));
      batch.endTurn();
      expect(batch.length).toBe(1);
    }
    expect(batch.bytes).toBe(0);
    expect(batch.cancelled).toBe(150_000);
    expect(batch.take()).toEqual([opened('a')]);
    expect([batch.length, batch.cancelled]).toEqual([0, 0]);
  });
});

/** Writes a journal that keeps the rules of the broker's, from random numbers. */
class Scribe {
  readonly #pick: (end: number) => number;
  readonly #sessions: Map<string, { readonly deliveries: Map<number, 0 | 1 | 2>; readonly packets: Set<number> }> =
    new Map();
  #identifier = 1;
  #setAside = 0;

  constructor(pick: (end: number) => number) {
    this.#pick = pick;
  }

  /** The entries of one turn, or of a part of it. */
  write(): JournalEntry[] {
    const clientIdentifier = `c${this.#pick(3)}`;
    const session = this.#sessions.get(clientIdentifier);
    const kind = this.#pick(12);
    if (kind === 0) return [{ type: 'retainedSet', message: message(`r${this.#pick(3)}`, String(this.#pick(100))) }];
    if (kind === 1) return [{ type: 'retainedRemoved', topicName: `r${this.#pick(3)}` }];
    if (kind < 5) return this.#route();
    if (session === undefined || (kind === 5 && this.#pick(3) === 0)) return this.#open(clientIdentifier);
    if (kind === 6 && this.#pick(3) === 0) return this.#end(clientIdentifier);
    if (kind < 8) return this.#packet(clientIdentifier, session.packets);
    return this.#step(clientIdentifier, session.deliveries);
  }

  #open(clientIdentifier: string): JournalEntry[] {
    const clean = !this.#sessions.has(clientIdentifier) || this.#pick(2) === 0;
    if (clean) this.#sessions.set(clientIdentifier, { deliveries: new Map(), packets: new Set() });
    const subscription = {
      subscriptionFilter: `f${this.#pick(2)}`,
      qos: 1,
      noLocal: false,
      retainAsPublished: false,
      retainHandling: 0,
      subscriptionIdentifier: undefined,
    } as const;
    return [opened(clientIdentifier, clean), { type: 'subscribed', clientIdentifier, subscription }];
  }

  #end(clientIdentifier: string): JournalEntry[] {
    const entries: JournalEntry[] = [];
    const session = this.#sessions.get(clientIdentifier);
    if (this.#pick(2) === 0 && session !== undefined) {
      const after = this.#pick(this.#identifier);
      const setAsideAs = `\0${(this.#setAside += 1)}`;
      entries.push({ type: 'queueSetAside', clientIdentifier, after, setAsideAs, disconnectedAt: 9 });
      const moved = [...session.deliveries].filter(([deliveryId, step]) => step === 0 && deliveryId > after);
      this.#sessions.set(setAsideAs, { deliveries: new Map(moved), packets: new Set() });
      // What was set aside is given away, or some of it.
      for (const [deliveryId] of moved) if (this.#pick(2) === 0) entries.push(finished(setAsideAs, deliveryId));
    }
    this.#sessions.delete(clientIdentifier);
    return [...entries, { type: 'sessionEnded', clientIdentifier }];
  }

  #route(): JournalEntry[] {
    const messageId = this.#identifier++;
    const entries: JournalEntry[] = [stored(messageId)];
    for (const [clientIdentifier, { deliveries }] of this.#sessions) {
      if (clientIdentifier.startsWith('\0') || this.#pick(2) === 0) continue;
      const deliveryId = this.#identifier++;
      entries.push(queued(clientIdentifier, deliveryId, messageId));
      // Dropped at once, before the next session gets the same message.
      if (this.#pick(4) === 0) entries.push(finished(clientIdentifier, deliveryId));
      else deliveries.set(deliveryId, 0);
    }
    return entries.length === 1 ? [] : entries;
  }

  #packet(clientIdentifier: string, packets: Set<number>): JournalEntry[] {
    const packetIdentifier = 1 + this.#pick(3);
    if (packets.delete(packetIdentifier)) return [{ type: 'packetReleased', clientIdentifier, packetIdentifier }];
    packets.add(packetIdentifier);
    return [{ type: 'packetReceived', clientIdentifier, packetIdentifier }];
  }

  #step(clientIdentifier: string, deliveries: Map<number, 0 | 1 | 2>): JournalEntry[] {
    const found = [...deliveries][this.#pick(Math.max(1, deliveries.size))];
    if (found === undefined) return [];
    const [deliveryId, step] = found;
    if (step === 2 || this.#pick(2) === 0) {
      deliveries.delete(deliveryId);
      return [finished(clientIdentifier, deliveryId)];
    }
    deliveries.set(deliveryId, step === 0 ? 1 : 2);
    return [
      step === 0 ? sent(clientIdentifier, deliveryId) : { type: 'deliveryReceived', clientIdentifier, deliveryId },
    ];
  }
}

/** Everything a state holds, in one order. */
function described(state: StoreState): unknown {
  const { retained, sessions } = state.snapshot();
  return {
    counts: state.counts,
    retained: retained.toSorted((left, right) => (left.topicName < right.topicName ? -1 : 1)),
    sessions: sessions.map((session) => ({
      ...session,
      awaitingPubrel: session.awaitingPubrel.toSorted((left, right) => left - right),
      deliveries: state.allDeliveries(session.clientIdentifier),
    })),
  };
}

test('a thinned batch adds up to the same state as the whole one', () => {
  let cancelled = 0;
  let written = 0;
  fc.assert(
    fc.property(
      fc.infiniteStream(fc.nat(0x7fff_ffff)),
      fc.array(fc.integer({ min: 1, max: 40 })),
      (stream, lengths) => {
        const numbers = stream[Symbol.iterator]();
        const scribe = new Scribe((end) => Number(numbers.next().value) % end);
        const whole = new StoreState();
        const thin = new StoreState();
        for (const turns of lengths) {
          const batch = new JournalBatch();
          const entries: JournalEntry[] = [];
          for (let turn = 0; turn < turns; turn += 1) {
            const some = scribe.write();
            entries.push(...some);
            for (const entry of some) batch.add(entry);
            batch.endTurn();
          }
          const { length } = batch;
          const left = batch.take();
          expect(left).toHaveLength(length);
          written += entries.length;
          cancelled += entries.length - length;
          whole.apply(entries);
          thin.apply(left);
          expect(described(thin)).toEqual(described(whole));
          expect(thin.snapshot().nextIdentifier).toBeLessThanOrEqual(whole.snapshot().nextIdentifier);
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(cancelled / written).toBeGreaterThan(0.2);
});
