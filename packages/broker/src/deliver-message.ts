import { ReasonCode, type QoS } from '@skua/codec';

import type { Core } from './core.ts';
import { ownMessage, type Message } from './message.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { changedMessage } from './publish-request.ts';
import type { Session } from './session.ts';
import type { DeliveryTerms } from './subscription.ts';
import { transmit, transmitAtMostOnce } from './transmit.ts';

/**
 * Gives the message that is being routed to one session: sends it, queues it, or drops and counts it.
 *
 * @param retain the RETAIN flag of this delivery
 * @param shared the `$share/…` filter that it comes through, if it does
 * @returns false when the session has not taken it.
 */
export function deliverMessage(
  core: Core,
  session: Session,
  terms: DeliveryTerms,
  retain: boolean,
  shared: string | undefined,
  now: number,
): boolean {
  const { routed } = core.fanOut;
  // [MQTT-3.8.4-8] [v3 MQTT-3.8.4-6]
  const qos = routed.qos < terms.qos ? routed.qos : terms.qos;
  const message = core.authorizer?.authorizeDelivery === undefined ? routed : authorized(core, session, routed);
  if (message === undefined) {
    core.drop('deliveryDenied', session.clientIdentifier, routed.topicName, qos);
    return false;
  }
  const { connection } = session;
  const ready = connection !== undefined && connection.state === 'connected' && connection.output === 'open';
  if (qos === 0) {
    if (!ready) return keepAtMostOnce(core, session, message, retain, terms, now);
    transmitAtMostOnce(core, connection, message, retain, terms.identifiers, now);
    return true;
  }
  const outgoing = outgoingMessage(core, session, message, qos, retain, terms, shared);
  if (ready && session.queuedMessages === 0 && session.sender.canPublish) {
    transmit(core, connection, session, outgoing, now);
    return true;
  }
  return enqueue(core, session, outgoing, now);
}

/** Whether something could be sent to a session at once. */
export function isReady(session: Session): boolean {
  const { connection } = session;
  return connection !== undefined && connection.state === 'connected' && connection.output === 'open';
}

/** Whether a session could take a message on these terms at all: QoS 0 needs a connection that is not congested. */
export function canTake(core: Core, session: Session, terms: DeliveryTerms, message: Message): boolean {
  return (message.qos > 0 && terms.qos > 0) || isReady(session) || queuesAtMostOnce(core, session);
}

function enqueue(core: Core, session: Session, outgoing: OutgoingMessage, now: number): boolean {
  const outcome = session.queue.push(outgoing, now);
  if (outcome === 'disconnect' && session.connection !== undefined) {
    core.doom(session.connection, ReasonCode.QuotaExceeded, 'the message queue is full');
  }
  return outcome === 'queued';
}

function keepAtMostOnce(
  core: Core,
  session: Session,
  message: Message,
  retain: boolean,
  { identifiers }: DeliveryTerms,
  now: number,
): boolean {
  if (queuesAtMostOnce(core, session)) {
    return enqueue(core, session, unjournalled(core, message, 0, retain, identifiers, undefined), now);
  }
  const reason = session.connection?.state === 'connected' ? 'congested' : 'offline';
  core.drop(reason, session.clientIdentifier, message.topicName, 0);
  return false;
}

function queuesAtMostOnce(core: Core, session: Session): boolean {
  return core.options.queueQos0Messages && session.connection?.state !== 'connected';
}

function outgoingMessage(
  core: Core,
  session: Session,
  message: Message,
  qos: Exclude<QoS, 0>,
  retain: boolean,
  { identifiers }: DeliveryTerms,
  shared: string | undefined,
): OutgoingMessage {
  if (!session.isDurable) return unjournalled(core, message, qos, retain, identifiers, shared);
  const { fanOut, journal } = core;
  const unchanged = message === fanOut.routed;
  const messageId = unchanged ? fanOut.messageId(journal) : journal.nextIdentifier();
  const kept = unchanged ? fanOut.owned() : ownMessage(message);
  if (!unchanged) journal.append({ type: 'messageStored', messageId, message: kept });
  const deliveryId = journal.nextIdentifier();
  journal.append({
    type: 'deliveryQueued',
    clientIdentifier: session.clientIdentifier,
    deliveryId,
    messageId,
    qos,
    retain,
    subscriptionIdentifiers: identifiers,
    sharedSubscription: shared,
  });
  const outgoing: OutgoingMessage = { message: kept, qos, retain, identifiers, deliveryId, shared };
  return unchanged || shared === undefined ? outgoing : { ...outgoing, original: fanOut.owned() };
}

function unjournalled(
  { fanOut }: Core,
  message: Message,
  qos: QoS,
  retain: boolean,
  identifiers: readonly number[] | undefined,
  shared: string | undefined,
): OutgoingMessage {
  if (message === fanOut.routed) return fanOut.outgoing(qos, retain, identifiers, shared);
  const outgoing = { message: ownMessage(message), qos, retain, identifiers, deliveryId: 0, shared };
  return shared === undefined ? outgoing : { ...outgoing, original: fanOut.owned() };
}

// The message as the client may have it; undefined: not at all.
function authorized(core: Core, session: Session, message: Message): Message | undefined {
  try {
    const answer = core.authorizer?.authorizeDelivery?.(session, message) ?? true;
    if (typeof answer === 'boolean') return answer ? message : undefined;
    return changedMessage(message, answer.message);
  } catch (error) {
    core.hookFailed('authorizeDelivery', session.clientIdentifier, error);
    return undefined;
  }
}
