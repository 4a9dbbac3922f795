import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';
import { deliverMessage } from './deliver-message.ts';
import { isExpired, type Message } from './message.ts';
import type { Session } from './session.ts';
import type { ClientSubscription } from './subscription.ts';
import { transmitAtMostOnce } from './transmit.ts';

/**
 * The retained messages that a connection is still to get for its new subscriptions.
 *
 * They are sent as fast as link and quota take them instead of all at once, so that `#` on a million retained messages
 * neither fills a queue nor drops what is QoS 0. What was replaced meanwhile is skipped: the subscriber has got the
 * newer value as an ordinary message.
 */
export class RetainedBacklog {
  readonly #waiting = new Map<string, Owing>();
  #sending: Owing | undefined = undefined;
  #messages: readonly Message[] = [];
  #index = 0;
  /** What `changes` of the retained messages was when `#messages` was asked for. */
  #changes = 0;

  /** Adds what a subscription matches; once only, however often it is made anew before its turn. */
  add(core: Core, subscription: ClientSubscription): void {
    const { subscriptionFilter } = subscription.record;
    if (this.#sending?.asking.record.subscriptionFilter === subscriptionFilter) this.#sending = undefined;
    this.#waiting.set(subscriptionFilter, {
      asking: subscription,
      current: subscription,
      sequence: core.retained.sequence,
    });
  }

  /** A subscription is replaced by one that asks for nothing: what the former still owes is not lost [MQTT-3.8.4-4]. */
  replace(former: ClientSubscription, subscription: ClientSubscription): void {
    const waiting = this.#waiting.get(subscription.record.subscriptionFilter);
    for (const owing of [this.#sending, waiting]) if (owing?.current === former) owing.current = subscription;
  }

  /** Sends on. When nothing is left the connection's backlog is gone. */
  feed(core: Core, connection: ClientConnection, session: Session, now: number): void {
    while (this.#advance(core, session, now)) {
      const message = this.#messages[this.#index]!;
      const { terms } = this.#sending!.asking;
      if (connection.output !== 'open') return;
      const acknowledged = message.qos > 0 && terms.qos > 0;
      if (acknowledged && (session.queuedMessages > 0 || !session.sender.canPublish)) return;
      this.#index++;
      if (acknowledged || core.authorizer?.authorizeDelivery !== undefined) this.#deliver(core, session, message, now);
      // There is nothing to be shared with another receiver.
      else transmitAtMostOnce(core, connection, message, true, terms.identifiers, now);
    }
    connection.backlog = undefined;
  }

  /**
   * The connection is gone and the session stays: what is left at QoS 1 and 2 joins its queue, until that is full. The
   * rest is not dropped, it stays retained: to count it would be a search for each of many subscriptions.
   */
  moveToQueue(core: Core, session: Session, now: number): void {
    const { dropped } = core.counters;
    const { queueFull } = dropped;
    while (this.#advance(core, session, now)) {
      const message = this.#messages[this.#index]!;
      this.#index++;
      const acknowledged = message.qos > 0 && this.#sending!.asking.terms.qos > 0;
      if (acknowledged) this.#deliver(core, session, message, now);
      if (dropped.queueFull > queueFull) return;
    }
  }

  /** Goes to the next message that is still to be sent. @returns false when there is none. */
  #advance(core: Core, session: Session, now: number): boolean {
    for (;;) {
      const sending = this.#sending;
      if (sending === undefined || !isCurrent(session, sending) || this.#index >= this.#messages.length) {
        if (!this.#begin(core, now)) return false;
        continue;
      }
      const message = this.#messages[this.#index]!;
      const own = sending.asking.record.noLocal && message.publisher === session.clientIdentifier;
      const { retained } = core;
      const stillThere = retained.changes === this.#changes || retained.get(message.topicName) === message;
      if (!own && stillThere && !isExpired(message, now)) return true;
      this.#index++;
    }
  }

  #begin(core: Core, now: number): boolean {
    this.#index = 0;
    this.#messages = [];
    const next = this.#waiting.values().next();
    this.#sending = next.done === true ? undefined : next.value;
    if (this.#sending === undefined) return false;
    const { sequence } = this.#sending;
    const { filter, record } = this.#sending.asking;
    this.#waiting.delete(record.subscriptionFilter);
    this.#messages = core.retained.matching(filter, now, (message) => core.retainedExpired(message), sequence);
    this.#changes = core.retained.changes;
    return true;
  }

  #deliver(core: Core, session: Session, message: Message, now: number): void {
    core.fanOut.begin(message, now);
    try {
      // RETAIN is set on what is sent because of a new subscription, whatever Retain As Published says
      // (section 3.3.1.3) [v3 MQTT-3.3.1-8].
      deliverMessage(core, session, this.#sending!.asking.terms, true, undefined, now);
    } finally {
      core.fanOut.end();
    }
  }
}

function isCurrent(session: Session, { current }: Owing): boolean {
  return session.subscriptions.get(current.record.subscriptionFilter) === current;
}

interface Owing {
  /** The subscription that asked for the messages: they come on its terms. */
  readonly asking: ClientSubscription;
  /** What was retained after it has come, or not, as an ordinary message [MQTT-3.3.1-12]. */
  readonly sequence: number;
  /** That one, or the one that has replaced it. */
  current: ClientSubscription;
}
