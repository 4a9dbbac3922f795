import type { TopicFilter } from '@skua/topics';

import type { Session } from './session.ts';
import type { ClientSubscription } from './subscription.ts';

/** A Shared Subscription: one ShareName with one Topic Filter, and the sessions that share it (section 4.8.2). */
export class SharedSubscription {
  readonly kind = 'shared';
  readonly shareName: string;
  readonly filter: TopicFilter;
  /** `$share/{ShareName}/{filter}`. */
  readonly subscriptionFilter: string;
  /** Where a strategy stands that goes round or stays; others do not use it. */
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
