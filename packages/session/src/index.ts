export { Sender } from './sender.ts';
export type { Delivery, DeliveryRecord, DeliveryState } from './delivery.ts';
export { Receiver, type PublishOutcome } from './receiver.ts';
export { PacketIdentifiers } from './packet-identifiers.ts';
export { TopicAliasReceiver } from './topic-alias-receiver.ts';
export { TopicAliasSender, type TopicAliasUse } from './topic-alias-sender.ts';
export {
  MessageQueue,
  type DropReason,
  type MessageQueueLimits,
  type MessageQueueSink,
  type OverflowPolicy,
  type PushOutcome,
  type QueuedMessageReader,
} from './message-queue.ts';
export { KeepAliveWatch, keepAliveTimeoutMs } from './keep-alive.ts';
export { PingSchedule, type PingAction } from './ping-schedule.ts';
export {
  SESSION_NEVER_EXPIRES,
  VERSION_RULES_3_1,
  VERSION_RULES_3_1_1,
  VERSION_RULES_5_0,
  versionRulesFor,
  type VersionRules,
} from './version-rules.ts';
export {
  exportDeliveryState,
  restoreDeliveryState,
  sessionExpiresAt,
  willDueAt,
  type DeliveryParts,
  type DeliverySessionState,
  type SessionState,
  type SubscriptionState,
  type WillState,
} from './session-state.ts';
