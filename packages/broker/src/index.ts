export { Broker, type BrokerPorts } from './broker.ts';
export type { Link } from './link.ts';
export type { ConnectionInfo, TlsClientCertificate } from './connection-info.ts';
export type { Connection, ConnectionState } from './connection.ts';
export {
  DEFAULT_BROKER_OPTIONS,
  resolveBrokerOptions,
  type Acknowledgement,
  type BrokerOptions,
  type BrokerOptionsInput,
  type SharedSubscriptionStrategyName,
} from './options.ts';
export type {
  AuthenticationAnswer,
  AuthenticationRequest,
  AuthenticationStep,
  Authenticator,
  AuthorizationAnswer,
  Authorizer,
  DeliveryAnswer,
  DeliveryClient,
  PublishAnswer,
  SubscribeRequest,
} from './access.ts';
export type {
  BrokerEvent,
  ConnectedEvent,
  ConnectRefusedEvent,
  DisconnectedEvent,
  DropReason,
  HookFailedEvent,
  InternalErrorEvent,
  MessageDroppedEvent,
  ProtocolErrorEvent,
  SessionEndedEvent,
  SubscribedEvent,
  UnsubscribedEvent,
} from './events.ts';
export { BrokerCounters } from './counters.ts';
export type { Message, MessageChange, MessageProperties, PublishRequest } from './message.ts';
export type { LocalDelivery, LocalListener, LocalSubscribeOptions, LocalSubscription } from './local-subscription.ts';
export type { ClientListing, Page, PageRequest, SessionListing, SubscriptionListing } from './inspect.ts';
export type { MatchedReceiver, MatchedSharedSubscription, MatchReport } from './match-report.ts';

// For stores.
export type { JournalEntry, JournalSink } from './journal-entry.ts';
export type { QueuePage, QueueReader, QueueReadRequest } from './queue-reader.ts';
export type {
  BrokerSnapshot,
  DeliverySnapshot,
  QueueSummary,
  SessionSnapshot,
  SubscriptionRecord,
  WillRecord,
} from './snapshot.ts';
