import type { TopicFilter } from '@skua/topics';

import type { SharedSubscriptionStrategyName } from './options.ts';
import type { Message } from './message.ts';
import type { Session } from './session.ts';
import type { ClientSubscription } from './subscription.ts';

/** A Shared Subscription: one ShareName with one Topic Filter, and the sessions that share it (section 4.8.2). */
export class SharedSubscription {
  readonly kind = 'shared';
  readonly shareName: string;
  readonly filter: TopicFilter;
  /** `$share/{ShareName}/{filter}`. */
  readonly subscriptionFilter: string;
  /** Where the round robin stands; a strategy may use it. */
  cursor = 0;
  readonly #members: ClientSubscription[] = [];

  constructor(shareName: string, filter: TopicFilter, subscriptionFilter: string) {
    this.shareName = shareName;
    this.filter = filter;
    this.subscriptionFilter = subscriptionFilter;
  }

  get members(): readonly ClientSubscription[] {
    return this.#members;
  }

  /** The key in the subscription tree. No Client Identifier equals it, since they cannot contain U+0000. */
  get key(): string {
    return `share\0${this.shareName}`;
  }

  /** Adds a membership, or replaces the session's former one. */
  add(member: ClientSubscription): void {
    const index = this.#indexOf(member.session);
    if (index === -1) this.#members.push(member);
    else this.#members[index] = member;
  }

  /** Removes a session's membership. @returns false when it had none. */
  remove(session: Session): boolean {
    const index = this.#indexOf(session);
    if (index === -1) return false;
    this.#members.splice(index, 1);
    if (this.cursor > index) this.cursor--;
    return true;
  }

  #indexOf(session: Session): number {
    return this.#members.findIndex((member) => member.session === session);
  }
}

/** Decides which member of a shared subscription is asked first; when it cannot take the message, those after it are. */
export interface SharedSubscriptionStrategy {
  /** An index into `shared.members`, which is not empty. */
  choose(shared: SharedSubscription, message: Message): number;
}

/** Makes a strategy by its name. */
export function sharedSubscriptionStrategy(
  name: SharedSubscriptionStrategyName,
  random: () => number,
): SharedSubscriptionStrategy {
  if (name === 'random') return { choose: (shared) => Math.floor(random() * shared.members.length) };
  return { choose: nextInTurn };
}

function nextInTurn(shared: SharedSubscription): number {
  const index = shared.cursor % shared.members.length;
  shared.cursor = index + 1;
  return index;
}
