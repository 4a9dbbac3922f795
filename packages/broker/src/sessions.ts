import { SESSION_NEVER_EXPIRES } from '@skua/session';

import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';
import { redeliverShared } from './deliver-shared.ts';
import type { SessionEndedEvent } from './events.ts';
import { Session } from './session.ts';
import { setAsideQueue } from './set-aside.ts';
import type { WillRecord } from './snapshot.ts';
import { publishWill, removeWill, startWillDelay } from './will.ts';

/** What CONNECT says about the session. */
export interface SessionRequest {
  readonly clientIdentifier: string;
  readonly cleanStart: boolean;
  /** Seconds, cut to what the broker allows. */
  readonly expiryInterval: number;
  readonly will: WillRecord | undefined;
}

/**
 * Gives an accepted connection its session: the one that is there, or a new one [MQTT-3.1.2-4] [MQTT-3.1.2-5]
 * [MQTT-3.1.2-6]. A former connection of the client is closed before.
 *
 * @returns whether the session was there (Session Present).
 */
export function openSession(core: Core, connection: ClientConnection, request: SessionRequest, now: number): boolean {
  const { clientIdentifier, expiryInterval, will } = request;
  const former = core.sessions.get(clientIdentifier);
  if (former !== undefined && request.cleanStart) endSession(core, former, 'cleanStart', now); // [MQTT-3.1.2-4]
  const resumed = request.cleanStart ? undefined : former;
  const session = resumed ?? new Session(core, clientIdentifier, connection.rules.protocolVersion);
  if (resumed === undefined) {
    core.sessions.set(clientIdentifier, session);
    core.counters.sessionsNow = core.sessions.size;
  } else {
    core.wheel.cancel(session.expiryDeadline);
    // A new connection before the Will Delay Interval has passed: the old will is not sent [MQTT-3.1.3-9].
    core.wheel.cancel(session.willDeadline);
  }
  session.userName = connection.userName;
  session.rules = connection.rules;
  session.expiryInterval = expiryInterval;
  session.disconnectedAt = undefined;
  session.will = will; // [MQTT-3.1.2-7]
  session.connection = connection;
  connection.session = session;
  connection.clientIdentifier = clientIdentifier;
  journalOpening(core, session, resumed === undefined);
  return resumed !== undefined;
}

/** The connection of a session is gone: its will, its expiry, or its end. */
export function detachSession(core: Core, connection: ClientConnection, withoutWill: boolean, now: number): void {
  const { session } = connection;
  if (session === undefined || session.connection !== connection) return;
  session.connection = undefined;
  session.sender.disconnect();
  session.receiver.disconnect();
  session.disconnectedAt = now;
  const { backlog } = connection;
  connection.backlog = undefined;
  if (withoutWill) removeWill(core, session);
  if (session.expiryInterval === 0) {
    endSession(core, session, 'disconnected', now);
    return;
  }
  session.queue.leaveToStore();
  backlog?.moveToQueue(core, session, now);
  const willDueAt = startWillDelay(core, session, now);
  if (session.expiryInterval !== SESSION_NEVER_EXPIRES) {
    core.wheel.schedule(session.expiryDeadline, now + session.expiryInterval * 1000, now);
  }
  if (session.isJournalled) {
    core.journal.append({
      type: 'sessionDisconnected',
      clientIdentifier: session.clientIdentifier,
      disconnectedAt: now,
      sessionExpiryInterval: session.expiryInterval,
      willDueAt,
    });
  }
}

/** Ends a session: its will is published at the latest now [MQTT-3.1.2-8], its subscriptions and messages go. */
export function endSession(core: Core, session: Session, cause: SessionEndedEvent['cause'], now: number): void {
  core.sessions.delete(session.clientIdentifier);
  core.counters.sessionsNow = core.sessions.size;
  core.wheel.cancel(session.expiryDeadline);
  // Before the will and before others get what it held: it must not get anything itself any more.
  for (const subscriptionFilter of session.subscriptions.keys()) {
    core.subscriptions.remove(session, subscriptionFilter);
  }
  const { isJournalled } = session;
  session.isJournalled = false;
  publishWill(core, session, now);
  giveUpMessages(core, session, now);
  // After what it held went to others: until here the journal has it.
  if (isJournalled) core.journal.append({ type: 'sessionEnded', clientIdentifier: session.clientIdentifier });
  if (core.wantsEvents) core.emit({ type: 'sessionEnded', clientIdentifier: session.clientIdentifier, cause });
}

function giveUpMessages(core: Core, session: Session, now: number): void {
  const { clientIdentifier } = session;
  for (const { message: outgoing, qos } of session.sender.deliveries()) {
    // A QoS 2 message whose delivery has begun is this client's for good [MQTT-4.8.2-5].
    if (outgoing.shared === undefined || qos === 2) {
      core.drop('sessionEnded', clientIdentifier, outgoing.message.topicName, outgoing.qos);
    } else redeliverShared(core, outgoing, clientIdentifier, now);
  }
  giveUpStored(core, session, now);
  for (const outgoing of session.queue.empty()) {
    if (outgoing.shared === undefined) {
      core.drop('sessionEnded', clientIdentifier, outgoing.message.topicName, outgoing.qos);
    } else redeliverShared(core, outgoing, clientIdentifier, now);
    session.finish(outgoing);
  }
}

function giveUpStored(core: Core, session: Session, now: number): void {
  const { stored } = session.queue;
  if (stored === undefined) return;
  if (stored.shared > 0) setAsideQueue(core, session.clientIdentifier, stored, now);
  // Counted but not told one by one: to know their topics each of them would have to be read.
  else core.counters.dropped.sessionEnded += stored.messages;
}

function journalOpening(core: Core, session: Session, clean: boolean): void {
  if (!core.journal.isKept) return;
  // A session that ends with its connection and has no will leaves nothing behind.
  const mustSurvive = session.expiryInterval > 0 || session.will !== undefined;
  if (!mustSurvive && !session.isJournalled) return;
  session.isJournalled = true;
  core.journal.append({
    type: 'sessionOpened',
    clientIdentifier: session.clientIdentifier,
    clean,
    userName: session.userName,
    protocolVersion: session.rules.protocolVersion,
    sessionExpiryInterval: session.expiryInterval,
    will: session.will,
  });
}
