import type { JournalEntry, Message } from '@skua/broker';
import fc from 'fast-check';

/** A choice that a script makes: which entry, and numbers to fill it with. */
const choice = fc.record({ kind: fc.nat(99), a: fc.nat(999), b: fc.nat(999), c: fc.nat(999) });

/** Scripts of batches. */
export const scripts: fc.Arbitrary<Script> = fc.array(fc.array(choice, { maxLength: 12 }), { maxLength: 14 });

type Choice = typeof choice extends fc.Arbitrary<infer T> ? T : never;
export type Script = readonly (readonly Choice[])[];

/**
 * Turns a script into batches that can be appended one after the other: entries name sessions, messages and deliveries that
 * exist or once existed.
 */
export function batchesOf(script: Script): JournalEntry[][] {
  const maker = new BatchMaker();
  return script.map((choices) => choices.flatMap((one) => maker.entries(one)));
}

class BatchMaker {
  #next = 1;
  readonly #sessions = new Set<string>();
  readonly #deliveries: { client: string; deliveryId: number }[] = [];

  entries({ kind, a, b, c }: Choice): JournalEntry[] {
    const clientIdentifier = CLIENTS[a % CLIENTS.length]!;
    if (kind < 12 || !this.#sessions.has(clientIdentifier)) return [this.#opened(clientIdentifier, b, c)];
    if (kind < 42) return this.#queued(a, b, c);
    if (kind < 65) return this.#step(kind, a);
    if (kind < 72) return [this.#subscribed(clientIdentifier, b, c)];
    if (kind < 75)
      return [{ type: 'unsubscribed', clientIdentifier, subscriptionFilter: FILTERS[b % FILTERS.length]! }];
    if (kind < 80) return [{ type: 'packetReceived', clientIdentifier, packetIdentifier: 1 + (b % 6) }];
    if (kind < 84) return [{ type: 'packetReleased', clientIdentifier, packetIdentifier: 1 + (b % 6) }];
    if (kind < 88) return [retained(b, c)];
    if (kind < 90) return [{ type: 'retainedRemoved', topicName: FILTERS[b % FILTERS.length]! }];
    if (kind < 93) return [disconnected(clientIdentifier, b)];
    if (kind < 94) return [{ type: 'willRemoved', clientIdentifier }];
    return this.#ended(clientIdentifier, kind, b);
  }

  #opened(clientIdentifier: string, b: number, c: number): JournalEntry {
    this.#sessions.add(clientIdentifier);
    return {
      type: 'sessionOpened',
      clientIdentifier,
      clean: b % 5 === 0,
      userName: c % 3 === 0 ? undefined : `user ${c}`,
      protocolVersion: 5,
      sessionExpiryInterval: c,
      will:
        c % 4 === 0 ? { message: message(b, c), willDelayInterval: c, messageExpiryInterval: undefined } : undefined,
    };
  }

  #queued(a: number, b: number, c: number): JournalEntry[] {
    const messageId = this.#next++;
    const entries: JournalEntry[] = [{ type: 'messageStored', messageId, message: message(b, c) }];
    const receivers = [...this.#sessions].filter((_client, index) => ((a >> index) & 1) === 1);
    for (const clientIdentifier of receivers) {
      const deliveryId = this.#next++;
      this.#deliveries.push({ client: clientIdentifier, deliveryId });
      entries.push({
        type: 'deliveryQueued',
        clientIdentifier,
        deliveryId,
        messageId,
        qos: c % 2 === 0 ? 1 : 2,
        retain: c % 5 === 0,
        subscriptionIdentifiers: c % 3 === 0 ? [b, c] : undefined,
        sharedSubscription: c % 7 === 0 ? '$share/g/a' : undefined,
      });
    }
    return entries;
  }

  #step(kind: number, a: number): JournalEntry[] {
    const delivery = this.#deliveries[a % Math.max(1, this.#deliveries.length)];
    if (delivery === undefined || !this.#sessions.has(delivery.client)) return [];
    const { client: clientIdentifier, deliveryId } = delivery;
    if (kind >= 50) return [{ type: 'deliveryFinished', clientIdentifier, deliveryId }];
    const packetIdentifier = 1 + (a % 65_535);
    // The model refuses steps of deliveries that are gone, so this may make a batch that is refused as a whole.
    return kind < 47
      ? [{ type: 'deliverySent', clientIdentifier, deliveryId, packetIdentifier }]
      : [{ type: 'deliveryReceived', clientIdentifier, deliveryId }];
  }

  #subscribed(clientIdentifier: string, b: number, c: number): JournalEntry {
    const subscription = {
      subscriptionFilter: FILTERS[b % FILTERS.length]!,
      qos: c % 2 === 0 ? (1 as const) : (2 as const),
      noLocal: c % 3 === 0,
      retainAsPublished: c % 5 === 0,
      retainHandling: 0 as const,
      subscriptionIdentifier: c % 4 === 0 ? c : undefined,
    };
    return { type: 'subscribed', clientIdentifier, subscription };
  }

  #ended(clientIdentifier: string, kind: number, b: number): JournalEntry[] {
    const entries: JournalEntry[] = [];
    if (kind < 97) {
      const setAsideAs = `\0${clientIdentifier}`;
      const after = b % 2 === 0 ? 0 : (this.#deliveries[b % Math.max(1, this.#deliveries.length)]?.deliveryId ?? 0);
      entries.push({ type: 'queueSetAside', clientIdentifier, after, setAsideAs, disconnectedAt: b });
      this.#sessions.add(setAsideAs);
      if (b % 3 === 0) return entries;
    }
    this.#sessions.delete(clientIdentifier);
    return [...entries, { type: 'sessionEnded', clientIdentifier }];
  }
}

function disconnected(clientIdentifier: string, b: number): JournalEntry {
  const willDueAt = b % 2 === 0 ? undefined : b * 10;
  return { type: 'sessionDisconnected', clientIdentifier, disconnectedAt: b, sessionExpiryInterval: b + 1, willDueAt };
}

function retained(b: number, c: number): JournalEntry {
  return {
    type: 'retainedSet',
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a store does not look at it
    message: { ...message(b, c), topicName: FILTERS[b % FILTERS.length] as Message['topicName'] },
  };
}

function message(b: number, c: number): Message {
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a store does not look at it
    topicName: `topic/${b % 7}` as Message['topicName'],
    payload: new Uint8Array(c % 40).fill(b),
    qos: 1,
    retain: false,
    properties: b % 3 === 0 ? { contentType: `type ${c}` } : {},
    publisher: 'publisher',
    receivedAt: b,
    expiresAt: c % 3 === 0 ? b * 100 : undefined,
  };
}

const CLIENTS: readonly string[] = ['a', 'b', 'ü', 'd'.repeat(600)];
const FILTERS: readonly string[] = ['x', 'x/y', 'ä/#', 'n'.repeat(481), `${'n'.repeat(481)}m`];
