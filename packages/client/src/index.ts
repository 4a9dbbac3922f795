export { connect, createClient, type ConnectOptions } from './connect.ts';
export { Client } from './client.ts';
export type { CloseOptions, PublishOptions, Statistics } from './client-calls.ts';
export {
  isTerminalByDefault,
  type ClientOptions,
  type Credentials,
  type DialOptions,
  type EnhancedAuthentication,
  type Payload,
  type QueueSettings,
  type ReconnectSettings,
  type WillMessage,
} from './client-options.ts';
export type { CallOptions } from './call.ts';
export type { Dial, DialContext } from './driver.ts';
export type { ClientState } from './engine/client-state.ts';
export type { Limits } from './engine/limits.ts';
export type { Receipt } from './receipt.ts';
export type { Acknowledgement, MessageProperties, OutgoingState } from './engine/outgoing-message.ts';
export type { WhenFull } from './engine/publish-queue.ts';
export { ReceivedMessage } from './engine/received-message.ts';
export type { BufferOverflow, MessageHandler } from './subscription-channel.ts';
export type {
  FilterArgument,
  FilterOptions,
  MessageStream,
  SubscribeOptions,
  Subscription,
  SubscriptionOptions,
} from './subscriber.ts';
export type { Reply, RequestOptions, Responder } from './request.ts';
export type { ClientEvents } from './events.ts';
export type { PacketRecord } from './engine/packet-ring.ts';
export type { PublishTrace, Tracing } from './tracing.ts';
export {
  AbortError,
  ClientError,
  ClosedError,
  ConnectError,
  DisconnectedError,
  LimitError,
  MessageDroppedError,
  MessageExpiredError,
  PublishRefusedError,
  QueueFullError,
  SessionLostError,
  SubscribeRefusedError,
  TimeoutError,
  type ClientErrorDetails,
  type SubscriptionResult,
} from './engine/errors.ts';

export { createRouter, type RouteHandler, type Router } from './router.ts';
export {
  PayloadError,
  topic,
  TypedTopic,
  type TopicContract,
  type TypedMessage,
  type TypedSubscribeOptions,
} from './typed-topic.ts';
export { TopicTemplate, type TopicParameters } from './topic-template.ts';
export { bytesCodec, jsonCodec, textCodec, type PayloadCodec } from './payload-codec.ts';
export type { SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.ts';
export { memoryStore } from './memory-store.ts';
export { openTelemetry, type OpenTelemetryApi, type OpenTelemetrySpan } from './open-telemetry.ts';

export type { SessionStore } from './session-store.ts';
export { StoredState } from './stored-state.ts';
export type { SessionEntry, StoredDelivery, StoredMessage, StoredSession } from './engine/session-entry.ts';
export type { Clock } from './clock.ts';
export type { Schedule } from './schedule.ts';
