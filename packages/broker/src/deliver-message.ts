import { ReasonCode, type QoS } from '@skua/codec';

import type { Core } from './core.ts';
import type { Message } from './message.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
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
  const message = core.fanOut.routed;
  // [MQTT-3.8.4-8] [v3 MQTT-3.8.4-6]
  const qos = message.qos < terms.qos ? message.qos : terms.qos;
  if (core.authorizer?.authorizeDelivery !== undefined && !isAllowed(core, session, message)) {
    core.drop('deliveryDenied', session.clientIdentifier, message.topicName, qos);
    return false;
  }
  const { connection } = session;
  const ready = connection !== undefined && connection.state === 'connected' && connection.output === 'open';
  if (qos === 0) {
    if (!ready) return keepAtMostOnce(core, session, message, retain, terms, now);
    transmitAtMostOnce(core, connection, message, retain, terms.identifiers, now);
    return true;
  }
  const outgoing = outgoingMessage(core, session, qos, retain, terms, shared);
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
  const outcome = session.enqueue(outgoing, now);
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
    return enqueue(core, session, core.fanOut.outgoing(0, retain, identifiers, undefined), now);
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
  qos: Exclude<QoS, 0>,
  retain: boolean,
  { identifiers }: DeliveryTerms,
  shared: string | undefined,
): OutgoingMessage {
  const { fanOut, journal } = core;
  if (!session.isDurable) return fanOut.outgoing(qos, retain, identifiers, shared);
  const messageId = fanOut.messageId(journal);
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
  return { message: fanOut.owned(), qos, retain, identifiers, deliveryId, shared };
}

function isAllowed(core: Core, session: Session, message: Message): boolean {
  try {
    return core.authorizer?.authorizeDelivery?.(session, message) ?? true;
  } catch (error) {
    core.hookFailed('authorizeDelivery', session.clientIdentifier, error);
    return false;
  }
}
