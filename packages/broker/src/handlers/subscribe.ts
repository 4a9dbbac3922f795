import { ProtocolError, ReasonCode, type QoS, type SubscribePacket, type Subscription } from '@skua/codec';
import { checkSubscriptionFilter, hasWildcard, parseSubscriptionFilter } from '@skua/topics';

import { askToSubscribe } from '../ask-authorizer.ts';
import type { ClientConnection } from '../client-connection.ts';
import type { Core } from '../core.ts';
import { RetainedBacklog } from '../retained-backlog.ts';
import { sendPromise } from '../send-promise.ts';
import type { Session } from '../session.ts';
import { hasTooManyLevels } from '../topic-policy.ts';
import { sendQueued } from '../transmit.ts';

/** A client subscribes (section 3.8). */
export function handleSubscribe(
  core: Core,
  connection: ClientConnection,
  session: Session,
  packet: SubscribePacket,
  now: number,
): void {
  if (packet.properties.subscriptionIdentifier !== undefined && !core.options.subscriptionIdentifiersAvailable) {
    throw new ProtocolError('a Subscription Identifier, which is not available', {
      reasonCode: ReasonCode.SubscriptionIdentifiersNotSupported,
      statement: 'U-3.2.2.3.12-2',
    });
  }
  for (const { topicFilter, noLocal } of packet.subscriptions) {
    if (noLocal && topicFilter.startsWith('$share/')) {
      throw new ProtocolError('No Local on a Shared Subscription', { statement: 'MQTT-3.8.3-4' });
    }
  }
  decideSubscribe(core, connection, session, packet, [], now);
}

/** Decides about the Topic Filters one by one, from the first that has no reason code yet, then answers them all. */
export function decideSubscribe(
  core: Core,
  connection: ClientConnection,
  session: Session,
  packet: SubscribePacket,
  reasonCodes: ReasonCode[],
  now: number,
): void {
  while (reasonCodes.length < packet.subscriptions.length) {
    const subscription = packet.subscriptions[reasonCodes.length]!;
    const ticket = ++connection.lastTicket;
    const refusal = refusalOf(core, subscription) ?? decide(core, connection, subscription, ticket);
    if (refusal === 'pending') {
      connection.pending = { about: 'subscribe', ticket, packet, reasonCodes };
      return;
    }
    reasonCodes.push(refusal);
  }
  finishSubscribe(core, connection, session, packet, reasonCodes, now);
}

// As if they had come in a SUBSCRIBE each, with one SUBACK [MQTT-3.8.4-5], whose order is theirs [MQTT-3.9.3-1].
function finishSubscribe(
  core: Core,
  connection: ClientConnection,
  session: Session,
  packet: SubscribePacket,
  decisions: readonly ReasonCode[],
  now: number,
): void {
  const before = core.journal.sequence;
  const answers = packet.subscriptions.map((subscription, index) =>
    subscribe(core, connection, session, packet, subscription, decisions[index]!),
  );
  // [MQTT-3.8.4-1] [MQTT-3.8.4-2] [MQTT-3.8.4-6]
  const { packetIdentifier } = packet;
  const properties = session.rules.hasProperties ? explanation(core, session, packet, answers) : {};
  sendPromise(core, connection, { type: 'suback', packetIdentifier, reasonCodes: answers, properties }, before);
  sendQueued(core, connection, session, now);
}

function subscribe(
  core: Core,
  connection: ClientConnection,
  session: Session,
  packet: SubscribePacket,
  requested: Subscription,
  decision: ReasonCode,
): number {
  const { topicFilter: subscriptionFilter, noLocal, retainAsPublished, retainHandling } = requested;
  const { clientIdentifier } = session;
  const former = session.subscriptions.get(subscriptionFilter);
  let refusal = decision < 0x80 ? undefined : decision;
  if (former === undefined && session.subscriptions.size >= core.options.subscriptionsPerClientMax) {
    refusal ??= ReasonCode.QuotaExceeded;
  }
  if (refusal !== undefined) {
    if (core.wantsEvents) {
      core.emit({ type: 'subscribed', clientIdentifier, subscriptionFilter, reasonCode: refusal });
    }
    return session.rules.refusedSubscriptionReasonCode(refusal, requested.qos);
  }
  // What the broker cannot receive it need not promise [MQTT-3.8.4-7].
  const qos: QoS = requested.qos < core.options.maximumQos ? requested.qos : core.options.maximumQos;
  const { subscriptionIdentifier } = packet.properties;
  const record = { subscriptionFilter, qos, noLocal, retainAsPublished, retainHandling, subscriptionIdentifier };
  const subscription = core.subscriptions.add(session, record); // [MQTT-3.8.4-3]
  if (session.isDurable) core.journal.append({ type: 'subscribed', clientIdentifier, subscription: record });
  // [MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11]; members of a shared subscription get none.
  if (subscription.shared === undefined && (retainHandling === 0 || (retainHandling === 1 && former === undefined))) {
    connection.backlog ??= new RetainedBacklog();
    connection.backlog.add(core, subscription);
  } else if (former !== undefined) connection.backlog?.replace(former, subscription);
  if (core.wantsEvents) core.emit({ type: 'subscribed', clientIdentifier, subscriptionFilter, reasonCode: qos });
  return qos;
}

// A SUBACK has one Reason String for all its Topic Filters: it is about the first that was refused.
function explanation(
  { options }: Core,
  session: Session,
  { subscriptions }: SubscribePacket,
  reasonCodes: readonly number[],
): { readonly reasonString?: string } {
  const index = reasonCodes.findIndex((reasonCode) => reasonCode >= 0x80);
  if (index === -1) return {};
  const reasonCode = reasonCodes[index]!;
  let why = REFUSALS[reasonCode] ?? 'not authorized';
  // In 5.0 an invalid one ended the connection, so it is only too deep.
  if (reasonCode === ReasonCode.TopicFilterInvalid) why = `more than ${options.topicLevelsMax} levels`;
  else if (reasonCode === ReasonCode.QuotaExceeded && session.subscriptions.size >= options.subscriptionsPerClientMax) {
    why = `more than ${options.subscriptionsPerClientMax} subscriptions`;
  }
  return { reasonString: `filter ${index + 1} of ${subscriptions.length}: ${why}` };
}

function refusalOf(core: Core, { topicFilter: subscriptionFilter }: Subscription): ReasonCode | undefined {
  const { options } = core;
  // 3.1.1 knows no Shared Subscriptions, so its `$share/` filters may be anything.
  if (checkSubscriptionFilter(subscriptionFilter) !== undefined) return ReasonCode.TopicFilterInvalid;
  const { shareName, filter } = parseSubscriptionFilter(subscriptionFilter);
  if (hasTooManyLevels(filter, options.topicLevelsMax)) return ReasonCode.TopicFilterInvalid;
  if (shareName !== undefined && !options.sharedSubscriptionAvailable) {
    return ReasonCode.SharedSubscriptionsNotSupported; // [U-3.2.2.3.13-2]
  }
  if (hasWildcard(filter) && !options.wildcardSubscriptionAvailable) {
    return ReasonCode.WildcardSubscriptionsNotSupported; // [U-3.2.2.3.11-3] [v3 MQTT-3.8.3-2]
  }
  return undefined;
}

function decide(
  core: Core,
  connection: ClientConnection,
  { topicFilter: subscriptionFilter, qos }: Subscription,
  ticket: number,
): ReasonCode | 'pending' {
  if (core.authorizer?.authorizeSubscribe === undefined) return ReasonCode.Success;
  const { shareName, filter: topicFilter } = parseSubscriptionFilter(subscriptionFilter);
  return askToSubscribe(core, connection, { subscriptionFilter, topicFilter, shareName, qos }, ticket);
}

const REFUSALS: Readonly<Record<number, string>> = {
  [ReasonCode.UnspecifiedError]: 'refused',
  [ReasonCode.ImplementationSpecificError]: 'it could not be decided',
  [ReasonCode.QuotaExceeded]: 'quota exceeded',
  [ReasonCode.SharedSubscriptionsNotSupported]: 'shared subscriptions are not available',
  [ReasonCode.WildcardSubscriptionsNotSupported]: 'wildcards are not available',
};
