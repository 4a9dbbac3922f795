import { describe } from './check-messages.ts';
import type { HistoryIndex, WillRecord } from './history-index.ts';
import { matches } from './matching.ts';
import type { Violation } from './violation.ts';

/** No session was lost that held an acknowledged subscription, or a QoS 2 exchange between PUBREC and PUBCOMP. */
export function checkSessions(index: HistoryIndex): Violation[] {
  return index.lostSessions.map(({ client, at, filters, serials }) => {
    const held = [
      ...(filters.length > 0
        ? [`the acknowledged subscriptions ${filters.map((filter) => `'${filter}'`).join(', ')}`]
        : []),
      ...(serials.length > 0 ? [`the QoS 2 exchange of message ${serials.join(', ')}`] : []),
    ].join(' and ');
    return {
      kind: 'session',
      sentence: `${client} had ${held}, and the broker said that there is no session.`,
      about: { client, from: lastKill(index, at), to: at },
    };
  });
}

/** The will of a connection that ended without DISCONNECT came to every session that was subscribed to it all the time. */
export function checkWills(index: HistoryIndex): Violation[] {
  const violations: Violation[] = [];
  for (const will of index.wills.values()) {
    if (will.endedBy === undefined || will.endedBy === 'disconnect') continue;
    for (const watcher of watchersOf(index, will)) {
      if (index.receiptsOf(watcher, will.client, 1).length > 0) continue;
      const how = will.endedBy === 'cut' ? 'the client was cut off' : 'the broker was killed';
      violations.push({
        kind: 'will',
        sentence: `The will of ${will.client} never came to ${watcher}; ${how} without DISCONNECT.`,
        about: { publisher: will.client, serial: 1, client: watcher, from: will.connectedAt, to: index.events.length },
      });
    }
  }
  return violations;
}

/** No will was published after the broker had read DISCONNECT, as long as it lived: nothing says that the end is durable. */
export function checkUnwantedWills(index: HistoryIndex): Violation[] {
  const violations: Violation[] = [];
  for (const { client: owner, disconnectReadAt } of index.wills.values()) {
    if (disconnectReadAt === Infinity) continue;
    const nextKill = index.kills.find((at) => at > disconnectReadAt) ?? Infinity;
    for (const watcher of index.subscriptions.keys()) {
      const [receipt] = index.receiptsOf(watcher, owner, 1);
      if (receipt === undefined || receipt.at > nextKill) continue;
      violations.push({
        kind: 'unwantedWill',
        sentence: `${describe(receipt)}, a will, came to ${watcher} although ${owner} had sent DISCONNECT.`,
        about: { publisher: owner, serial: 1, client: watcher, from: disconnectReadAt, to: receipt.at },
      });
    }
  }
  return violations;
}

function watchersOf(index: HistoryIndex, { will, connectedAt, endedAt }: WillRecord): string[] {
  const watchers: string[] = [];
  for (const [client, filters] of index.subscriptions) {
    const isSubscribed = [...filters.values()].some(
      ({ filter, present }) =>
        matches(will.topic, filter) &&
        present.some(({ from, to, lost }) => from < connectedAt && (to === Infinity || (lost && endedAt < to))),
    );
    if (isSubscribed) watchers.push(client);
  }
  return watchers;
}

function lastKill(index: HistoryIndex, before: number): number {
  return index.kills.findLast((at) => at < before) ?? 0;
}
