import type { ConnectPacket } from '@skua/codec';

import type { Core } from './core.ts';
import { ownMessage, remainingExpiryInterval, type Message } from './message.ts';
import { routeMessage } from './route-message.ts';
import type { Session } from './session.ts';
import type { WillRecord } from './snapshot.ts';

/** The will of a CONNECT, in bytes of its own, with everything that section 3.1.3.2 lets it carry. */
export function willFromConnect(packet: ConnectPacket, clientIdentifier: string, now: number): WillRecord | undefined {
  const { will } = packet;
  if (will === undefined) return undefined;
  const { willDelayInterval, messageExpiryInterval, ...properties } = will.properties;
  const message: Message = {
    topicName: will.topicName,
    payload: will.payload,
    qos: will.qos,
    retain: will.retain,
    properties,
    publisher: clientIdentifier,
    receivedAt: now,
    expiresAt: undefined,
  };
  return { message: ownMessage(message), willDelayInterval: willDelayInterval ?? 0, messageExpiryInterval };
}

/** The will's message as if it were published now: what the authorizer is asked about. */
export function willMessage({ message, messageExpiryInterval }: WillRecord): Message {
  if (messageExpiryInterval === undefined) return message;
  return { ...message, expiresAt: message.receivedAt + messageExpiryInterval * 1000 };
}

/** The will with another message, which {@link willMessage} and the authorizer's change have made. */
export function changedWill({ willDelayInterval }: WillRecord, changed: Message): WillRecord {
  const messageExpiryInterval = remainingExpiryInterval(changed, changed.receivedAt);
  return { message: ownMessage({ ...changed, expiresAt: undefined }), willDelayInterval, messageExpiryInterval };
}

/**
 * The connection of a session with a will is gone without leave: the will is due after its delay, or when the session
 * ends if that is earlier [MQTT-3.1.2-8].
 *
 * @returns when it is due; undefined when it was published at once.
 */
export function startWillDelay(core: Core, session: Session, now: number): number | undefined {
  const delay = session.will?.willDelayInterval ?? 0;
  if (delay === 0) {
    publishWill(core, session, now);
    return undefined;
  }
  const dueAt = now + delay * 1000;
  core.wheel.schedule(session.willDeadline, dueAt, now);
  return dueAt;
}

/** Publishes a session's will, if it has one, and forgets it [MQTT-3.1.2-10]. */
export function publishWill(core: Core, session: Session, now: number): void {
  const { will } = session;
  if (will === undefined) return;
  removeWill(core, session);
  core.counters.willsPublished++;
  const { message, messageExpiryInterval } = will;
  const expiresAt = messageExpiryInterval === undefined ? undefined : now + messageExpiryInterval * 1000;
  // [MQTT-3.1.2-14] [MQTT-3.1.2-15]: `retain` is the will's own.
  routeMessage(core, { ...message, receivedAt: now, expiresAt }, now);
}

/** Forgets a session's will without publishing it. */
export function removeWill(core: Core, session: Session): void {
  if (session.will === undefined) return;
  session.will = undefined;
  core.wheel.cancel(session.willDeadline);
  if (session.isJournalled) core.journal.append({ type: 'willRemoved', clientIdentifier: session.clientIdentifier });
}
