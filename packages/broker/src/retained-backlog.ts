import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';
import { deliverMessage } from './deliver-message.ts';
import { isExpired, type Message } from './message.ts';
import type { Session } from './session.ts';
import type { ClientSubscription } from './subscription.ts';

/**
 * The retained messages that a connection is still to get for its new subscriptions.
 *
 * They are sent as fast as link and quota take them instead of all at once, so that `#` on a million retained messages
 * neither fills a queue nor drops what is QoS 0. What was replaced meanwhile is skipped: the subscriber has got the
 * newer value as an ordinary message.
 */
export class RetainedBacklog {
  readonly #waiting = new Map<string, ClientSubscription>();
  #subscription: ClientSubscription | undefined = undefined;
  #messages: readonly Message[] = [];
  #index = 0;

  /** Adds what a subscription matches; once only, however often it is made anew before its turn. */
  add(subscription: ClientSubscription): void {
    const { subscriptionFilter } = subscription.record;
    if (this.#subscription?.record.subscriptionFilter === subscriptionFilter) this.#subscription = undefined;
    this.#waiting.set(subscriptionFilter, subscription);
  }

  /** Sends on. When nothing is left the connection's backlog is gone. */
  feed(core: Core, connection: ClientConnection, session: Session, now: number): void {
    while (this.#advance(core, session, now)) {
      const message = this.#messages[this.#index]!;
      const { terms } = this.#subscription!;
      if (connection.output !== 'open') return;
      const acknowledged = message.qos > 0 && terms.qos > 0;
      if (acknowledged && (session.queuedMessages > 0 || !session.sender.canPublish)) return;
      this.#index++;
      this.#deliver(core, session, message, now);
    }
    connection.backlog = undefined;
  }

  /** The connection is gone and the session stays: what is left at QoS 1 and 2 joins its queue, as far as that goes. */
  moveToQueue(core: Core, session: Session, now: number): void {
    while (this.#advance(core, session, now)) {
      const message = this.#messages[this.#index]!;
      this.#index++;
      const acknowledged = message.qos > 0 && this.#subscription!.terms.qos > 0;
      if (acknowledged && !this.#deliver(core, session, message, now)) return;
    }
  }

  /** Goes to the next message that is still to be sent. @returns false when there is none. */
  #advance(core: Core, session: Session, now: number): boolean {
    for (;;) {
      const subscription = this.#subscription;
      if (subscription === undefined || !isCurrent(session, subscription) || this.#index >= this.#messages.length) {
        if (!this.#begin(core, now)) return false;
        continue;
      }
      const message = this.#messages[this.#index]!;
      const own = subscription.record.noLocal && message.publisher === session.clientIdentifier;
      const stillThere = core.retained.get(message.topicName) === message && !isExpired(message, now);
      if (!own && stillThere) return true;
      this.#index++;
    }
  }

  #begin(core: Core, now: number): boolean {
    this.#index = 0;
    this.#messages = [];
    const next = this.#waiting.values().next();
    this.#subscription = next.done === true ? undefined : next.value;
    if (this.#subscription === undefined) return false;
    this.#waiting.delete(this.#subscription.record.subscriptionFilter);
    this.#messages = core.retained.matching(this.#subscription.filter, now, (message) => core.retainedExpired(message));
    return true;
  }

  #deliver(core: Core, session: Session, message: Message, now: number): boolean {
    core.fanOut.begin(message, now);
    try {
      // RETAIN is set on what is sent because of a new subscription, whatever Retain As Published says
      // (section 3.3.1.3) [v3 MQTT-3.3.1-8].
      return deliverMessage(core, session, this.#subscription!.terms, true, undefined, now);
    } finally {
      core.fanOut.end();
    }
  }
}

function isCurrent(session: Session, subscription: ClientSubscription): boolean {
  return session.subscriptions.get(subscription.record.subscriptionFilter) === subscription;
}
