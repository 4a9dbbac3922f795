import type { HistoryIndex, MessageRecord, Receipt, Span } from './history-index.ts';
import { matches } from './matching.ts';
import type { Violation } from './violation.ts';

/**
 * Every acknowledged message came to every session that was certainly subscribed from before it was sent until the broker
 * had given it to whom it wanted.
 */
export function checkLost(index: HistoryIndex): Violation[] {
  const violations: Violation[] = [];
  for (const { message, client, filter } of promisedDeliveries(index)) {
    if (index.receiptsOf(client, message.publisher, message.serial).length > 0) continue;
    violations.push(lost(message, client, filter, index));
  }
  return violations;
}

/** Every pair of an acknowledged message and a session that must get it. */
export function* promisedDeliveries(index: HistoryIndex): Generator<PromisedDelivery> {
  for (const [client, filters] of index.subscriptions) {
    for (const { filter, present } of filters.values()) {
      for (const [topic, messages] of index.messagesByTopic) {
        if (!matches(topic, filter)) continue;
        for (const message of messages) if (isPromised(message, present)) yield { message, client, filter };
      }
    }
  }
}

interface PromisedDelivery {
  readonly message: MessageRecord;
  readonly client: string;
  readonly filter: string;
}

/** No QoS 2 message came twice to the application of a session that receives at QoS 2. */
export function checkDoubled(index: HistoryIndex): Violation[] {
  const violations: Violation[] = [];
  for (const [client, receipts] of index.receipts) {
    for (const copies of receipts.values()) {
      const atQos2 = copies.filter(({ event }) => event.qos === 2);
      const [first, second] = atQos2;
      if (first === undefined || second === undefined) continue;
      const { publisher, serial } = first.event;
      const sentAt = index.messages.get(publisher)?.get(serial)?.sentAt ?? first.at;
      violations.push({
        kind: 'doubled',
        sentence: `${describe(first)} came to ${client} ${atQos2.length} times at QoS 2.`,
        about: { publisher, serial, client, from: Math.min(sentAt, first.at), to: atQos2.at(-1)?.at ?? second.at },
      });
    }
  }
  return violations;
}

/**
 * First arrivals of the messages of one publisher on one topic are in the order of sending, as far as the session was
 * certainly subscribed since before the earlier one was sent: who subscribes while messages are sent again may get a late
 * one from the first time and an early one from the second.
 */
export function checkOrder(index: HistoryIndex): Violation[] {
  const violations: Violation[] = [];
  for (const [client, receipts] of index.receipts) {
    /** By publisher and topic. */
    const latest = new Map<string, Receipt>();
    for (const [receipt] of receipts.values()) {
      // What is retained comes when it is asked for.
      if (receipt === undefined || receipt.event.retain) continue;
      const { publisher, topic, serial } = receipt.event;
      const key = `${publisher} ${topic}`;
      const before = latest.get(key);
      if (before === undefined || before.event.serial < serial) {
        latest.set(key, receipt);
        continue;
      }
      const sentAt = index.messages.get(publisher)?.get(serial)?.sentAt;
      if (sentAt === undefined || !isSubscribed(index, client, topic, sentAt, receipt.at)) continue;
      violations.push({
        kind: 'order',
        sentence: `${describe(receipt)} came to ${client} after ${publisher}'s message ${before.event.serial}.`,
        about: { publisher, serial, client, from: Math.min(sentAt, before.at), to: receipt.at },
      });
    }
  }
  return violations;
}

/** Nothing came to a session that was sent after its UNSUBACK, without a SUBSCRIBE in between. */
export function checkUnwanted(index: HistoryIndex): Violation[] {
  const violations: Violation[] = [];
  for (const [client, receipts] of index.receipts) {
    const filters = [...(index.subscriptions.get(client)?.values() ?? [])];
    for (const [receipt] of receipts.values()) {
      const sentAt = receipt === undefined ? undefined : sentAtOf(index, receipt);
      if (receipt === undefined || sentAt === undefined) continue;
      const { topic, publisher, serial } = receipt.event;
      const isWanted = filters.some(
        ({ filter, absent }) => matches(topic, filter) && !isWithin(sentAt, receipt.at, absent),
      );
      if (isWanted) continue;
      violations.push({
        kind: 'unwanted',
        sentence: `${describe(receipt)} came to ${client}, which was not subscribed to it.`,
        about: { publisher, serial, client, from: unsubscribedAt(filters, topic, sentAt), to: receipt.at },
      });
    }
  }
  return violations;
}

/** What arrives was sent, and is whole. */
export function checkContent(index: HistoryIndex): Violation[] {
  const violations: Violation[] = [];
  for (const [client, receipts] of index.receipts) {
    for (const copies of receipts.values()) {
      for (const receipt of copies) {
        const { publisher, serial, intact, topic } = receipt.event;
        const about = { publisher, serial, client, from: receipt.at, to: receipt.at };
        const known = index.messages.get(publisher)?.get(serial)?.topic ?? index.willTopics.get(publisher);
        if (known !== topic) {
          violations.push({
            kind: 'invented',
            sentence: `${describe(receipt)} came to ${client}; nobody sent it.`,
            about,
          });
        } else if (!intact) {
          violations.push({
            kind: 'damaged',
            sentence: `${describe(receipt)} came to ${client} with other bytes.`,
            about,
          });
        }
      }
    }
  }
  return violations;
}

/** Whether the session was certainly subscribed all the time from one moment to another. */
function isSubscribed(index: HistoryIndex, client: string, topic: string, from: number, to: number): boolean {
  const filters = [...(index.subscriptions.get(client)?.values() ?? [])];
  return filters.some(({ filter, present }) => matches(topic, filter) && isWithin(from, to, present));
}

/** "p1's message 7 on 'load/p1/0'". */
export function describe({ event }: Receipt): string {
  return `${event.publisher}'s message ${event.serial} on '${event.topic}'`;
}

function isPromised(message: MessageRecord, present: readonly Span[]): boolean {
  if (message.acknowledgedAt === Infinity) return false;
  return present.some(({ from, to, lost: wasLost }) => {
    if (from > message.sentAt) return false;
    // A session that the broker forgets was promised until the client was told.
    return to === Infinity || (wasLost ? message.acknowledgedAt < to : message.completedAt < to);
  });
}

function lost(message: MessageRecord, client: string, filter: string, index: HistoryIndex): Violation {
  const { publisher, serial, topic, qos, sentAt } = message;
  const answer = qos === 1 ? 'PUBACK' : 'PUBREC';
  return {
    kind: 'lost',
    sentence:
      `${publisher}'s message ${serial} on '${topic}' (QoS ${qos}) had its ${answer} and never came to ${client}, ` +
      `which was subscribed to '${filter}'.`,
    about: { publisher, serial, client, from: sentAt, to: index.events.length },
  };
}

function sentAtOf(index: HistoryIndex, { event }: Receipt): number | undefined {
  return (
    index.messages.get(event.publisher)?.get(event.serial)?.sentAt ?? index.wills.get(event.publisher)?.connectedAt
  );
}

function isWithin(from: number, to: number, spans: readonly Span[]): boolean {
  return spans.some((span) => span.from < from && to < span.to);
}

function unsubscribedAt(
  filters: readonly { readonly filter: string; readonly absent: readonly Span[] }[],
  topic: string,
  sentAt: number,
): number {
  const froms = filters
    .filter(({ filter }) => matches(topic, filter))
    .flatMap(({ absent }) => absent.map(({ from }) => from).filter((from) => from < sentAt));
  return Math.max(0, froms.at(-1) ?? sentAt);
}
