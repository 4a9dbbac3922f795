import type { DeliverySnapshot, Message, SessionSnapshot } from '@skua/broker';
import { queuedBytes, type Store } from '../store.ts';
import { assertSame } from './assert.ts';

/** Declares a test that gets a new store, and a way to open it again. */
export type Declare = (name: string, body: (store: Store, reopen: () => Promise<Store>) => Promise<void>) => void;

/** A state as the tests write it down: `deliveries` of a session are all of them, in flight or queued. */
export interface ExpectedState {
  readonly nextIdentifier?: number;
  readonly retained?: readonly Message[];
  readonly sessions?: readonly Omit<SessionSnapshot, 'queued'>[];
}

/** Loads, reads every queue, and compares; sessions and retained messages in the order of their names. */
export async function expectState(store: Store, expected: ExpectedState): Promise<void> {
  const snapshot = await store.load();
  const retained = await listed(snapshot.retained);
  const sessions = await listed(snapshot.sessions);
  assertSame(
    {
      ...(expected.nextIdentifier === undefined ? {} : { nextIdentifier: snapshot.nextIdentifier }),
      sessions: sessions.toSorted((left, right) => byName(left.clientIdentifier, right.clientIdentifier)),
      retained: retained.toSorted((left, right) => byName(left.topicName, right.topicName)),
    },
    { retained: [], ...expected, sessions: expected.sessions?.map(asLoaded) ?? [] },
    'state',
  );
  for (const { clientIdentifier, deliveries } of expected.sessions ?? []) {
    const queue = await readQueue(store, clientIdentifier, { deliveriesMax: 100, bytesMax: 10_000 });
    assertSame(queue, deliveries.filter(isQueued), `queue of '${clientIdentifier}'`);
  }
}

/** Everything that a store gives back, in one order: two stores are compared by it. */
export async function loadedState(store: Store): Promise<unknown> {
  const { nextIdentifier, retained, sessions } = await store.load();
  const sortedRetained = (await listed(retained)).toSorted((left, right) => byName(left.topicName, right.topicName));
  const sortedSessions = (await listed(sessions)).toSorted((left, right) =>
    byName(left.clientIdentifier, right.clientIdentifier),
  );
  const queues: (readonly DeliverySnapshot[])[] = [];
  for (const { clientIdentifier } of sortedSessions) {
    queues.push(await readQueue(store, clientIdentifier, { deliveriesMax: 100, bytesMax: 10_000 }));
  }
  return { nextIdentifier, retained: sortedRetained, sessions: sortedSessions, queues };
}

/** Reads a whole queue, page by page. */
async function readQueue(
  store: Store,
  clientIdentifier: string,
  limits: { readonly deliveriesMax: number; readonly bytesMax: number },
): Promise<DeliverySnapshot[]> {
  const queue: DeliverySnapshot[] = [];
  for (let hasMore = true; hasMore;) {
    const page = await store.readDeliveries(clientIdentifier, { after: queue.at(-1)?.deliveryId ?? 0, ...limits });
    queue.push(...page.deliveries);
    hasMore = page.hasMore && page.deliveries.length > 0;
  }
  return queue;
}

/** The items of a list that may be asynchronous. */
async function listed<T>(items: Iterable<T> | AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

function asLoaded(expected: Omit<SessionSnapshot, 'queued'>): SessionSnapshot {
  const queue = expected.deliveries.filter(isQueued);
  const expiries = queue.map(({ message }) => message.expiresAt).filter((expiresAt) => expiresAt !== undefined);
  return {
    ...expected,
    deliveries: expected.deliveries.filter((one) => !isQueued(one)),
    queued: {
      messages: queue.length,
      bytes: queue.reduce((sum, { message }) => sum + queuedBytes(message), 0),
      soonestExpiry: expiries.length === 0 ? undefined : Math.min(...expiries),
      shared: queue.filter(({ sharedSubscription }) => sharedSubscription !== undefined).length,
    },
  };
}

function isQueued({ step }: DeliverySnapshot): boolean {
  return step === 'queued';
}

function byName(left: string, right: string): number {
  return left < right ? -1 : 1;
}

/** A session as it is after `opened` with the same name. */
export function session(clientIdentifier: string): Omit<SessionSnapshot, 'queued'> {
  return {
    clientIdentifier,
    userName: undefined,
    protocolVersion: 5,
    sessionExpiryInterval: 3600,
    disconnectedAt: undefined,
    will: undefined,
    willDueAt: undefined,
    subscriptions: [],
    deliveries: [],
    awaitingPubrel: [],
  };
}

/** A delivery as it is after `queued` with the same identifiers. */
export function delivery(
  deliveryId: number,
  messageId: number,
  fields: Partial<DeliverySnapshot> & Pick<DeliverySnapshot, 'message'>,
): DeliverySnapshot {
  return {
    deliveryId,
    messageId,
    qos: 1,
    retain: false,
    subscriptionIdentifiers: undefined,
    sharedSubscription: undefined,
    step: 'queued',
    packetIdentifier: undefined,
    ...fields,
  };
}
