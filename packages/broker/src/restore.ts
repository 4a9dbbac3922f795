import type { DeliveryRecord } from '@skua/session';
import { sessionExpiresAt, willDueAt } from '@skua/session';

import type { Core } from './core.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { Session } from './session.ts';
import { outgoingMessage } from './session-queue.ts';
import { isSetAside, restoreSetAside } from './set-aside.ts';
import type { BrokerSnapshot, SessionSnapshot } from './snapshot.ts';

/**
 * Takes over what a store has kept. A session that was connected when the process ended has lost its connection now.
 * What is overdue (wills, ends of sessions) is done at the first `handleTimeout`.
 */
export function restoreSnapshot(core: Core, snapshot: BrokerSnapshot, now: number): void {
  if (core.counters.connectionsOpened > 0) throw new Error('restore must come before all connections');
  core.journal.restoreIdentifier(snapshot.nextIdentifier);
  for (const message of snapshot.retained) core.retained.retain(message);
  for (const stored of snapshot.sessions) restoreSession(core, stored, snapshot.nextIdentifier, now);
}

function restoreSession(core: Core, stored: SessionSnapshot, nextIdentifier: number, now: number): void {
  const { clientIdentifier, sessionExpiryInterval, will } = stored;
  if (stored.queued.messages > 0 && core.queueReader === undefined) {
    throw new Error(`the queue of '${clientIdentifier}' is not in the snapshot, and nobody can read it`);
  }
  if (isSetAside(clientIdentifier)) {
    restoreSetAside(core, clientIdentifier, now);
    return;
  }
  if (core.sessions.has(clientIdentifier)) throw new Error(`the session '${clientIdentifier}' is there already`);
  const session = new Session(core, clientIdentifier, stored.protocolVersion);
  core.sessions.set(clientIdentifier, session);
  core.counters.sessionsNow = core.sessions.size;
  session.userName = stored.userName;
  session.expiryInterval = sessionExpiryInterval;
  session.isJournalled = true;
  session.will = will;
  session.disconnectedAt = stored.disconnectedAt ?? now;
  for (const record of stored.subscriptions) core.subscriptions.add(session, record);
  restoreDeliveries(session, stored, nextIdentifier);
  if (sessionExpiryInterval === 0) {
    // It was kept for its will only, which the sessions that are still to be restored must get as well.
    core.wheel.schedule(session.expiryDeadline, now, now);
    return;
  }
  const expiresAt = sessionExpiresAt(sessionExpiryInterval, session.disconnectedAt);
  if (expiresAt !== Infinity) core.wheel.schedule(session.expiryDeadline, expiresAt, now);
  const delayed =
    will === undefined ? undefined : willDueAt(will.willDelayInterval, sessionExpiryInterval, session.disconnectedAt);
  const dueAt = stored.willDueAt ?? delayed;
  if (will !== undefined && dueAt !== undefined) core.wheel.schedule(session.willDeadline, dueAt, now);
  if (stored.disconnectedAt === undefined) {
    core.journal.append({
      type: 'sessionDisconnected',
      clientIdentifier,
      disconnectedAt: now,
      sessionExpiryInterval,
      willDueAt: dueAt,
    });
  }
}

function restoreDeliveries(session: Session, stored: SessionSnapshot, nextIdentifier: number): void {
  const { deliveries, awaitingPubrel } = stored;
  const inflight: DeliveryRecord<OutgoingMessage>[] = [];
  const queued: OutgoingMessage[] = [];
  for (const delivery of deliveries) {
    const outgoing = outgoingMessage(delivery);
    const { step, packetIdentifier } = delivery;
    if (step === 'queued' || packetIdentifier === undefined) queued.push(outgoing);
    else inflight.push({ packetIdentifier, state: step, message: outgoing });
  }
  session.sender.restore(inflight);
  session.queue.restore(queued, stored.queued, nextIdentifier);
  session.receiver.restore(awaitingPubrel);
}
