import type { BrokerEvent } from '@skua/broker';

/** What happened, for logs and metrics: the broker's events and the server's own. */
export type ServerEvent =
  | BrokerEvent
  | ListenerProblemEvent
  | StoreFailedEvent
  | StoreRecoveredEvent
  | InternalErrorEvent;

/** A peer could not be served, or a listener had trouble that it survived: a failed TLS handshake, no file descriptors. */
export interface ListenerProblemEvent {
  readonly type: 'listenerProblem';
  readonly listener: string;
  readonly error: Error;
}

/**
 * The store did not take a batch, or did not give a page of a queue. Whatever depends on it is not acknowledged or sent; it
 * is tried again.
 */
export interface StoreFailedEvent {
  readonly type: 'storeFailed';
  readonly error: unknown;
  /** How many journal entries the batch has; 0: it was a read. */
  readonly entries: number;
}

/** The store takes batches again. */
export interface StoreRecoveredEvent {
  readonly type: 'storeRecovered';
}

/** A fault of this program. The connection concerned was destroyed. */
export interface InternalErrorEvent {
  readonly type: 'internalError';
  readonly error: unknown;
}
