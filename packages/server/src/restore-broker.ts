import type { Broker, DeliverySnapshot, Message, SessionSnapshot } from '@skua/broker';
import type { Store } from '@skua/store';

/** Gives the broker what the store has kept, part by part, so that a large store needs no second copy of itself in memory. */
export async function restoreBroker(broker: Broker, store: Store, now: () => number): Promise<void> {
  const { nextIdentifier, retained, sessions } = await store.load();
  await inParts(retained, (part: Message[]) => broker.restore({ nextIdentifier, retained: part, sessions: [] }, now()));
  await inParts(sessions, async (part: SessionSnapshot[]) => {
    const whole: SessionSnapshot[] = [];
    for (const session of part) whole.push(await withQueue(store, session));
    broker.restore({ nextIdentifier, retained: [], sessions: whole }, now());
  });
}

async function withQueue(store: Store, session: SessionSnapshot): Promise<SessionSnapshot> {
  if (session.queued.messages === 0) return session;
  const queue: DeliverySnapshot[] = [];
  for (let hasMore = true; hasMore;) {
    const after = queue.at(-1)?.deliveryId ?? 0;
    const page = await store.readDeliveries(session.clientIdentifier, {
      after,
      deliveriesMax: 1000,
      bytesMax: 1_000_000,
    });
    queue.push(...page.deliveries);
    hasMore = page.hasMore;
  }
  return { ...session, deliveries: [...session.deliveries, ...queue] };
}

async function inParts<T>(
  items: Iterable<T> | AsyncIterable<T>,
  take: (part: T[]) => void | Promise<void>,
): Promise<void> {
  let part: T[] = [];
  for await (const item of items) {
    part.push(item);
    if (part.length < PART_ITEMS) continue;
    await take(part);
    part = [];
  }
  if (part.length > 0) await take(part);
}

const PART_ITEMS = 1000;
