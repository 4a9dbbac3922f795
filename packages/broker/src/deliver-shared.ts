import type { Core } from './core.ts';
import { canTake, deliverMessage, isReady } from './deliver-message.ts';
import { isExpired, type Message } from './message.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import type { SharedSubscription } from './shared-subscription.ts';

/**
 * Gives the routed message to one member of a shared subscription (section 4.8.2): the one that the strategy names, or
 * the next that can take it. Members that can be sent to at once come before those that can only queue.
 */
export function deliverShared(core: Core, shared: SharedSubscription, message: Message, now: number): void {
  const { members } = shared;
  const first = core.strategy.choose(shared, message);
  if (offer(core, shared, first, message, now, true) || offer(core, shared, first, message, now, false)) return;
  const member = members[first];
  if (member !== undefined) core.drop('offline', member.session.clientIdentifier, message.topicName, message.qos);
}

/**
 * Gives a message that a session could not finish to another member, after that session has ended [U-4.8.2-4].
 * The session is no member any more.
 */
export function redeliverShared(core: Core, outgoing: OutgoingMessage, clientIdentifier: string, now: number): void {
  const message = outgoing.original ?? outgoing.message;
  if (isExpired(message, now)) {
    // For the next member its delivery has not begun [MQTT-3.3.2-5].
    core.drop('expired', clientIdentifier, message.topicName, outgoing.qos);
    return;
  }
  const shared = outgoing.shared === undefined ? undefined : core.subscriptions.shared(outgoing.shared);
  if (shared === undefined) {
    core.drop('sessionEnded', clientIdentifier, message.topicName, outgoing.qos);
    return;
  }
  core.fanOut.begin(message, now);
  try {
    deliverShared(core, shared, message, now);
  } finally {
    core.fanOut.end();
  }
}

function offer(
  core: Core,
  shared: SharedSubscription,
  first: number,
  message: Message,
  now: number,
  ready: boolean,
): boolean {
  const { members } = shared;
  for (let step = 0; step < members.length; step++) {
    const member = members[(first + step) % members.length];
    if (member === undefined || isReady(member.session) !== ready) continue;
    const { terms } = member;
    if (!canTake(core, member.session, terms, message)) continue;
    const retain = message.retain && terms.retainAsPublished;
    // [MQTT-4.8.2-3]: on the terms of this member.
    if (deliverMessage(core, member.session, terms, retain, shared.subscriptionFilter, now)) return true;
  }
  return false;
}
