import type { Broker, Message, SessionSnapshot } from '@skua/broker';
import type { Store } from '@skua/store';

/** Gives the broker what the store has kept, part by part, so that a large store needs no second copy of itself in memory. */
export async function restoreBroker(broker: Broker, store: Store, now: () => number): Promise<void> {
  const { nextIdentifier, retained, sessions } = await store.load();
  await inParts(retained, (part: Message[]) => broker.restore({ nextIdentifier, retained: part, sessions: [] }, now()));
  await inParts(sessions, (part: SessionSnapshot[]) =>
    broker.restore({ nextIdentifier, retained: [], sessions: part }, now()),
  );
  // What was due when the process ended is done before a client comes back and takes it for its own: the will of a
  // connection that was lost with the process. A deadline is over when its millisecond is.
  broker.handleTimeout(now() + 1);
}

async function inParts<T>(items: Iterable<T> | AsyncIterable<T>, take: (part: T[]) => void): Promise<void> {
  let part: T[] = [];
  for await (const item of items) {
    part.push(item);
    if (part.length < PART_ITEMS) continue;
    take(part);
    part = [];
  }
  if (part.length > 0) take(part);
}

const PART_ITEMS = 1000;
