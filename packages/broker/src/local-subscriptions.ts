import { checkSubscriptionFilter, parseTopicFilter } from '@skua/topics';

import type { Core } from './core.ts';
import type { LocalListener, LocalSubscribeOptions, LocalSubscription } from './local-subscription.ts';
import { deliverLocal } from './route-message.ts';
import type { LocalEntry } from './subscription.ts';

/** Subscribes in process. Throws TopicError; a Shared Subscription is an ordinary filter here, as in section 4.7. */
export function subscribeLocally(
  core: Core,
  topicFilter: string,
  options: LocalSubscribeOptions,
  listener: LocalListener,
  now: number,
): LocalSubscription {
  const filter = parseTopicFilter(topicFilter);
  const error = checkSubscriptionFilter(topicFilter);
  if (error !== undefined) throw error;
  const { qos = 2, noLocal = false, retainAsPublished = false, retainHandling = 0 } = options;
  const record = {
    subscriptionFilter: topicFilter,
    qos,
    noLocal,
    retainAsPublished,
    retainHandling,
    subscriptionIdentifier: undefined,
  };
  const entry: LocalEntry = { kind: 'local', key: core.subscriptions.nextLocalKey(), filter, record, listener };
  core.subscriptions.addLocal(entry);
  if (retainHandling !== 2) {
    const retained = core.retained.matching(filter, now, (message) => core.retainedExpired(message));
    for (const message of retained) deliverLocal(core, entry, message, true);
  }
  let active = true;
  return {
    subscriptionFilter: topicFilter,
    unsubscribe(): void {
      if (active) core.subscriptions.removeLocal(entry);
      active = false;
    },
  };
}
