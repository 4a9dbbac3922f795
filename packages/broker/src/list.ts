import { parseTopicFilter, parseTopicName } from '@skua/topics';
import type { QoS } from '@skua/codec';

import type { Core } from './core.ts';
import type { ClientListing, Page, PageRequest, SessionListing, SubscriptionListing } from './inspect.ts';
import type { MatchedReceiver, MatchedSharedSubscription, MatchReport } from './match-report.ts';
import type { Message } from './message.ts';
import type { Session } from './session.ts';

/** Connected clients, by Client Identifier. */
export function listClients(core: Core, request: PageRequest): Page<ClientListing> {
  return page(connectedIdentifiers(core), request, (identifier) => clientListing(core.sessions.get(identifier)));
}

/** All sessions, by Client Identifier. */
export function listSessions(core: Core, request: PageRequest): Page<SessionListing> {
  return page(core.sessions.keys(), request, (identifier) => sessionListing(core.sessions.get(identifier)));
}

/** The subscriptions of one client, by filter; none if there is no such session. */
export function listSubscriptions(
  core: Core,
  clientIdentifier: string,
  request: PageRequest,
): Page<SubscriptionListing> {
  const subscriptions = core.sessions.get(clientIdentifier)?.subscriptions;
  return page(subscriptions?.keys() ?? [], request, (filter) => subscriptions?.get(filter)?.record);
}

/** Retained messages that a filter matches, by Topic Name. Throws TopicError. */
export function listRetained(core: Core, topicFilter: string, request: PageRequest, now: number): Page<Message> {
  const messages = core.retained.matching(parseTopicFilter(topicFilter), now, (message) =>
    core.retainedExpired(message),
  );
  const byName = new Map(messages.map((message) => [message.topicName as string, message]));
  return page(byName.keys(), request, (name) => byName.get(name));
}

/** Who would receive a message. Throws TopicError. */
export function reportMatch(core: Core, topicName: string, qos: QoS): MatchReport {
  const name = parseTopicName(topicName);
  const receivers: MatchedReceiver[] = [];
  const sharedSubscriptions: MatchedSharedSubscription[] = [];
  const { targets, shared, locals } = core.subscriptions.route(name);
  const filters = new Map<Session, string[]>();
  core.subscriptions.forEachMatch(name, (entry) => {
    if (entry.kind !== 'client') return;
    const matching = filters.get(entry.session) ?? [];
    matching.push(entry.record.subscriptionFilter);
    filters.set(entry.session, matching);
  });
  for (const { session, terms } of targets) {
    const { clientIdentifier, connection } = session;
    const connected = connection?.state === 'connected';
    const subscriptionFilters = (filters.get(session) ?? []).toSorted();
    receivers.push({ clientIdentifier, connected, qos: qos < terms.qos ? qos : terms.qos, subscriptionFilters });
  }
  for (const { shareName, filter, members } of shared) {
    const identifiers = members.map((member) => member.session.clientIdentifier);
    sharedSubscriptions.push({ shareName, topicFilter: filter, members: identifiers });
  }
  return { receivers, sharedSubscriptions, localSubscriptions: locals.length };
}

// Sorted anew for each page: that is what makes a page independent of what came and went since the one before.
function page<T>(keys: Iterable<string>, request: PageRequest, item: (key: string) => T | undefined): Page<T> {
  const { after, limit = PAGE_DEFAULT } = request;
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= PAGE_MAX)) {
    throw new RangeError(`limit is ${limit}; allowed: 1 to ${PAGE_MAX}`);
  }
  const wanted = Array.from(keys).filter((key) => after === undefined || key > after);
  const taken = wanted.toSorted(byCodeUnit).slice(0, limit);
  const items = taken.map(item).filter((found) => found !== undefined);
  return { items, next: wanted.length > taken.length ? taken.at(-1) : undefined };
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function connectedIdentifiers(core: Core): string[] {
  const identifiers: string[] = [];
  for (const { connection, clientIdentifier } of core.sessions.values()) {
    if (connection?.state === 'connected') identifiers.push(clientIdentifier);
  }
  return identifiers;
}

function clientListing(session: Session | undefined): ClientListing | undefined {
  const connection = session?.connection;
  if (connection === undefined) return undefined;
  const { clientIdentifier, userName, rules, info, keepAlive, connectedAt } = connection;
  const { remoteAddress, listener } = info;
  const { protocolVersion } = rules;
  return { clientIdentifier, userName, protocolVersion, remoteAddress, listener, keepAlive, connectedAt };
}

function sessionListing(session: Session | undefined): SessionListing | undefined {
  if (session === undefined) return undefined;
  const { clientIdentifier, userName, connection, expiryInterval, disconnectedAt, queuedMessages, queuedBytes } =
    session;
  return {
    clientIdentifier,
    userName,
    connected: connection?.state === 'connected',
    sessionExpiryInterval: expiryInterval,
    disconnectedAt,
    subscriptionCount: session.subscriptions.size,
    queuedMessages,
    queuedBytes,
    inflightMessages: session.sender.inflightCount,
  };
}

const PAGE_DEFAULT = 100;
const PAGE_MAX = 10_000;
