export { checkTopicName, isTopicName, parseTopicName, type TopicName } from './topic-name.ts';
export { checkTopicFilter, hasWildcard, isTopicFilter, parseTopicFilter, type TopicFilter } from './topic-filter.ts';
export {
  checkSubscriptionFilter,
  isSubscriptionFilter,
  parseSharedSubscription,
  parseSubscriptionFilter,
  type ParsedSubscriptionFilter,
  type SharedSubscription,
  type SubscriptionFilter,
} from './shared-subscription.ts';
export { TopicError, type TopicRule, type TopicSubject } from './topic-error.ts';
export { topicMatchesFilter } from './topic-matches-filter.ts';
export { SubscriptionTree } from './subscription-tree.ts';
export { TopicTree } from './topic-tree.ts';
