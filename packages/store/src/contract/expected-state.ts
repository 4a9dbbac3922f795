import type { BrokerSnapshot, SessionSnapshot } from '@skua/broker';
import type { Store } from '../store.ts';
import { assertSame } from './assert.ts';

/** Declares a test that gets a new store, and a way to open it again. */
export type Declare = (name: string, body: (store: Store, reopen: () => Promise<Store>) => Promise<void>) => void;

/** Loads and compares, sessions and retained messages in the order of their names. */
export async function expectState(store: Store, expected: Partial<BrokerSnapshot>): Promise<void> {
  const snapshot = await store.load();
  assertSame(
    {
      ...(expected.nextIdentifier === undefined ? {} : { nextIdentifier: snapshot.nextIdentifier }),
      sessions: [...snapshot.sessions].toSorted((left, right) => byName(left.clientIdentifier, right.clientIdentifier)),
      retained: [...snapshot.retained].toSorted((left, right) => byName(left.topicName, right.topicName)),
    },
    { sessions: [], retained: [], ...expected },
    'state',
  );
}

function byName(left: string, right: string): number {
  return left < right ? -1 : 1;
}

/** A session as it is after `opened` with the same name. */
export function session(clientIdentifier: string): SessionSnapshot {
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

type Delivery = SessionSnapshot['deliveries'][number];

/** A delivery as it is after `queued` with the same identifiers. */
export function delivery(
  deliveryId: number,
  messageId: number,
  fields: Partial<Delivery> & Pick<Delivery, 'message'>,
): Delivery {
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
