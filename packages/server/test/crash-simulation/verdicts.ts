import type { History, PublishedMessage } from './history.ts';

/**
 * What a run has shown that must not be. Empty: nothing.
 *
 * @param isOrdered false where messages are refused: one that is sent again after that comes behind later ones
 */
export function verdicts(history: History, watcher: string, isOrdered: boolean): string[] {
  return [
    ...history.faults,
    ...lostMessages(history),
    ...repeatedMessages(history),
    ...(isOrdered ? disorder(history) : []),
    ...lostWills(history, watcher),
  ];
}

function lostMessages({ messages, subscriptions, received }: History): string[] {
  const lost: string[] = [];
  for (const message of messages.values()) {
    const { acknowledgedAt, sentAt, topicName, payload } = message;
    if (acknowledgedAt === undefined) continue;
    for (const { client, filter, from, until } of subscriptions) {
      if (filter !== topicName || from > sentAt || until < acknowledgedAt) continue;
      if (received.get(client)?.includes(payload) !== true) lost.push(`'${payload}' was lost to ${client}`);
    }
  }
  return lost;
}

function repeatedMessages({ messages, received }: History): string[] {
  const repeated: string[] = [];
  for (const [client, payloads] of received) {
    const seen = new Set<string>();
    for (const payload of payloads) {
      if (seen.has(payload) && messages.get(payload)?.qos === 2) repeated.push(`${client} got '${payload}' twice`);
      seen.add(payload);
    }
  }
  return repeated;
}

// Section 4.6: of one publisher, on one topic, with one QoS; of a message that comes again the first time counts. What was
// sent before the subscription may be sent again after it, behind a newer one.
function disorder({ messages, received, subscriptions }: History): string[] {
  const wrong: string[] = [];
  for (const [client, payloads] of received) {
    const last = new Map<string, PublishedMessage>();
    for (const payload of new Set(payloads)) {
      const message = messages.get(payload);
      if (message === undefined) continue;
      const { topicName, sentAt } = message;
      const isCovered = subscriptions.some(
        ({ client: owner, filter, from, until }) =>
          owner === client && filter === topicName && from < sentAt && sentAt < until,
      );
      if (!isCovered) continue;
      const stream = `${message.publisher} ${message.topicName} ${message.qos}`;
      const before = last.get(stream);
      if (before !== undefined && before.number > message.number) {
        wrong.push(`${client} got '${payload}' after '${before.payload}'`);
      }
      last.set(stream, message);
    }
  }
  return wrong;
}

function lostWills({ wills, received }: History, watcher: string): string[] {
  return wills
    .filter(({ payload, lost }) => lost && received.get(watcher)?.includes(payload) !== true)
    .map(({ payload }) => `'${payload}' was not published`);
}

/** The retained message of a topic with one writer is the last acknowledged one or a later one. */
export function wrongRetained({ messages }: History, topicName: string, found: string | undefined): string[] {
  const written = [...messages.values()].filter((message) => message.retain && message.topicName === topicName);
  const last = written.findLast(({ acknowledgedAt }) => acknowledgedAt !== undefined);
  if (last === undefined) return [];
  const value = found === undefined ? undefined : messages.get(found);
  if (value !== undefined && value.topicName === topicName && value.number >= last.number) return [];
  return [`'${found}' is retained for ${topicName}, '${last.payload}' was acknowledged`];
}
