export { createServer, type AcceptOptions, type DisconnectReasonCode, type Server } from './server.ts';
export { DEFAULT_SERVER_LIMITS, type ServerLimits, type ServerOptions } from './server-options.ts';
export type { AsyncAuthenticator, AsyncAuthorizer } from './async-access.ts';
export type {
  InternalErrorEvent,
  ListenerProblemEvent,
  ServerEvent,
  StoreFailedEvent,
  StoreRecoveredEvent,
} from './server-event.ts';
export type { Durability } from './durability.ts';
export type { HistogramSnapshot } from './histogram.ts';
export type { JournalStatistics } from './journal-writer.ts';
export { systemClock, type Clock } from './clock.ts';
export { defaultSchedule, type Schedule } from './schedule.ts';
