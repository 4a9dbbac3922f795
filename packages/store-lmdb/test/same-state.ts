import { expect } from 'vitest';
import type { Message, SessionSnapshot } from '@skua/broker';
import type { Store, StoreState } from '@skua/store';

/** Expects that a store has what the model has: snapshot, every queue in pages, and counts. */
export async function expectSameState(store: Store, model: StoreState, pageSize: number = 3): Promise<void> {
  expect(await stateOf(store, pageSize)).toEqual(modelState(model));
  expect(store.statistics()).toMatchObject(model.counts);
}

/** What a store has, in an order of its own. */
export async function stateOf(store: Store, pageSize: number = 3): Promise<unknown> {
  const snapshot = await store.load();
  const retained: Message[] = [];
  for await (const message of snapshot.retained) retained.push(message);
  const sessions: unknown[] = [];
  for await (const session of snapshot.sessions) {
    sessions.push({ ...inOrder(session), queue: await pages(store, session.clientIdentifier, pageSize) });
  }
  return ordered(snapshot.nextIdentifier, retained, sessions);
}

/** What the model has, in the same order. */
export function modelState(model: StoreState): unknown {
  const snapshot = model.snapshot();
  const sessions = snapshot.sessions.map((session) => ({
    ...inOrder(session),
    queue: model
      .allDeliveries(session.clientIdentifier)
      .filter(({ step }) => step === 'queued')
      .toSorted(byIdentifier),
  }));
  return ordered(snapshot.nextIdentifier, snapshot.retained, sessions);
}

async function pages(store: Store, clientIdentifier: string, deliveriesMax: number): Promise<unknown[]> {
  const deliveries = [];
  for (let after = 0, hasMore = true; hasMore;) {
    const page = await store.readDeliveries(clientIdentifier, { after, deliveriesMax, bytesMax: deliveriesMax * 20 });
    expect(page.deliveries.length).toBeLessThanOrEqual(deliveriesMax);
    deliveries.push(...page.deliveries);
    after = page.deliveries.at(-1)?.deliveryId ?? after;
    ({ hasMore } = page);
  }
  return deliveries;
}

function inOrder(session: SessionSnapshot): object {
  const { messages, bytes, shared } = session.queued;
  return {
    ...session,
    subscriptions: session.subscriptions.toSorted((left, right) =>
      left.subscriptionFilter < right.subscriptionFilter ? -1 : 1,
    ),
    deliveries: session.deliveries.toSorted(byIdentifier),
    // The soonest expiry may be earlier than that of any message that is left.
    queued: { messages, bytes, shared },
  };
}

function ordered(nextIdentifier: number, retained: readonly Message[], sessions: readonly unknown[]): unknown {
  return {
    nextIdentifier,
    retained: retained.toSorted((left, right) => (left.topicName < right.topicName ? -1 : 1)),
    sessions: sessions.toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1)),
  };
}

function byIdentifier(left: { deliveryId: number }, right: { deliveryId: number }): number {
  return left.deliveryId - right.deliveryId;
}
