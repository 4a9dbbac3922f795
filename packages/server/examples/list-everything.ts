import type { Page, PageRequest } from '@skua/broker';
import type { Server } from '@skua/server';

/** Everything of a list, a page at a time. Others may come and go between two pages. */
function* all<T>(list: (request: PageRequest) => Page<T>): Generator<T> {
  let after: string | undefined;
  do {
    const { items, next } = list({ after, limit: 100 });
    yield* items;
    after = next;
  } while (after !== undefined);
}

/** What a broker holds, line by line. */
export function* inventory({ broker }: Server): Generator<string> {
  for (const { clientIdentifier, remoteAddress } of all((page) => broker.listClients(page))) {
    yield `client ${clientIdentifier} from ${remoteAddress}`;
  }
  for (const { clientIdentifier, connected, queuedMessages } of all((page) => broker.listSessions(page))) {
    yield `session ${clientIdentifier}, ${connected ? 'connected' : 'away'}, ${queuedMessages} queued`;
    for (const { subscriptionFilter, qos } of all((page) => broker.listSubscriptions(clientIdentifier, page))) {
      yield `  subscribed to ${subscriptionFilter} at QoS ${qos}`;
    }
  }
  for (const { topicName, payload } of all((page) => broker.listRetained('#', Date.now(), page))) {
    yield `retained ${topicName}, ${payload.byteLength} bytes`;
  }
}
