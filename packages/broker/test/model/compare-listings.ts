import type { Broker } from '../../src/index.ts';
import type { ModelBroker } from './model-broker.ts';
import { hasExpired } from './model-state.ts';
import { ModelMismatch } from './observe.ts';

/** What the real broker lists must be what the model holds: sessions, subscriptions, retained messages. */
export function compareListings(model: ModelBroker, broker: Broker): void {
  const listed = new Map(broker.listSessions().items.map((session) => [session.clientIdentifier, session]));
  equal('sessions', [...listed.keys()], model.sessions.map(({ clientIdentifier }) => clientIdentifier).toSorted());
  for (const session of model.sessions) {
    const { clientIdentifier, connection, unacknowledged, released, queue } = session;
    const found = listed.get(clientIdentifier);
    const { expiryInterval } = session;
    equal(
      `session of ${clientIdentifier}`,
      found && [found.connected, found.sessionExpiryInterval, found.inflightMessages],
      [
        connection !== undefined,
        expiryInterval === Infinity ? 0xffffffff : expiryInterval,
        unacknowledged.length + released.length,
      ],
    );
    // Expired messages stay until they are met, and a shared one may be here or elsewhere.
    const atLeast = queue.filter(({ message, isOptional }) => !isOptional && !hasExpired(message, model.now)).length;
    if (found !== undefined && found.queuedMessages < atLeast) {
      throw new ModelMismatch(`${clientIdentifier} has ${found.queuedMessages} queued messages, not ${atLeast}`);
    }
    const records = broker.listSubscriptions(clientIdentifier).items;
    equal(
      `subscriptions of ${clientIdentifier}`,
      records.map((each) => [
        each.subscriptionFilter,
        each.qos,
        each.noLocal,
        each.retainAsPublished,
        each.subscriptionIdentifier,
      ]),
      session.subscriptions
        .map((each) => [each.subscriptionFilter, each.qos, each.noLocal, each.retainAsPublished, each.identifier])
        .toSorted(byFirst),
    );
  }
  const retained = ['#', '$x/#'].flatMap((filter) => broker.listRetained(filter, model.now).items);
  equal(
    'retained messages',
    retained.map(({ topicName, payload }) => [topicName, new TextDecoder().decode(payload)]).toSorted(byFirst),
    model.retained
      .filter((message) => !hasExpired(message, model.now))
      .map(({ topicName, payload }) => [topicName, payload])
      .toSorted(byFirst),
  );
}

function equal(what: string, actual: unknown, expected: unknown): void {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (found !== wanted) throw new ModelMismatch(`${what}: ${found}, not ${wanted}`);
}

function byFirst([a]: readonly unknown[], [b]: readonly unknown[]): number {
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}
