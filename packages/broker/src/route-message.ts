import type { Core } from './core.ts';
import { deliverMessage } from './deliver-message.ts';
import { deliverShared } from './deliver-shared.ts';
import type { FrameSource } from './fan-out.ts';
import type { Message } from './message.ts';
import type { LocalEntry } from './subscription.ts';

/**
 * Gives a message to everyone who subscribed to its Topic Name (section 3.3.4), after the retained store.
 *
 * @param source where the message was received a moment ago, if it was and nothing has changed it
 * @returns how many sessions, shared subscriptions and local subscriptions match.
 */
export function routeMessage(core: Core, message: Message, now: number, source?: FrameSource): number {
  if (message.retain) retainMessage(core, message); // [MQTT-3.3.1-8]: only then
  const { targets, shared, locals } = core.subscriptions.route(message.topicName);
  const { fanOut } = core;
  const receivers = targets.length + shared.length + locals.length;
  fanOut.begin(message, now, source, receivers === 1 && core.authorizer?.authorizeDelivery === undefined);
  try {
    for (const { session, terms, ownTerms } of targets) {
      // No Local compares Client Identifiers [MQTT-3.8.3-3].
      const own = terms !== ownTerms && message.publisher === session.clientIdentifier;
      const effective = own ? ownTerms : terms;
      if (effective === undefined) continue;
      // [MQTT-3.3.1-12] [MQTT-3.3.1-13] [v3 MQTT-3.3.1-9]
      deliverMessage(core, session, effective, message.retain && effective.retainAsPublished, undefined, now);
    }
    for (const group of shared) deliverShared(core, group, fanOut.routed, now);
    for (const entry of locals) {
      deliverLocal(core, entry, fanOut.owned(), message.retain && entry.record.retainAsPublished);
    }
  } finally {
    fanOut.end();
  }
  return receivers;
}

/** Gives a message to a subscription of the embedder. */
export function deliverLocal(core: Core, entry: LocalEntry, message: Message, retain: boolean): void {
  if (entry.record.noLocal && message.publisher === '') return;
  const qos = message.qos < entry.record.qos ? message.qos : entry.record.qos;
  try {
    entry.listener(message, { qos, retain });
  } catch (error) {
    core.hookFailed('listener', undefined, error);
  }
}

function retainMessage(core: Core, message: Message): void {
  const outcome = core.retained.retain(message);
  if (typeof outcome === 'object') {
    core.journal.append({ type: 'retainedSet', message: outcome });
    return;
  }
  if (outcome === 'removed' || outcome === 'fullAndRemoved') {
    core.journal.append({ type: 'retainedRemoved', topicName: message.topicName });
  }
  if (outcome === 'full' || outcome === 'fullAndRemoved')
    core.drop('retainedFull', message.publisher, message.topicName, message.qos);
}
