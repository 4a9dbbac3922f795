import type { ProtocolVersion } from '@skua/codec';

import type { SubscriptionRecord } from './snapshot.ts';

/** Which part of a list to give. */
export interface PageRequest {
  /** The `next` of the page before; absent: from the beginning. */
  readonly after?: string | undefined;
  /** Items, 1 to 10,000; default 100. */
  readonly limit?: number | undefined;
}

/** A part of a list. A list that changes between two pages may repeat or leave out what changed, nothing else. */
export interface Page<T> {
  readonly items: readonly T[];
  /** For {@link PageRequest.after}; undefined: this was the last page. */
  readonly next: string | undefined;
}

/** A connected client. */
export interface ClientListing {
  readonly clientIdentifier: string;
  readonly userName: string | undefined;
  readonly protocolVersion: ProtocolVersion;
  readonly remoteAddress: string;
  readonly listener: string;
  /** Seconds; 0: off. */
  readonly keepAlive: number;
  readonly connectedAt: number;
}

/** A session (section 4.1). */
export interface SessionListing {
  readonly clientIdentifier: string;
  readonly userName: string | undefined;
  readonly connected: boolean;
  /** Seconds; 0xFFFFFFFF: never. */
  readonly sessionExpiryInterval: number;
  /** undefined while connected. */
  readonly disconnectedAt: number | undefined;
  readonly subscriptionCount: number;
  readonly queuedMessages: number;
  readonly queuedBytes: number;
  readonly inflightMessages: number;
}

/** A subscription of one client. */
export type SubscriptionListing = SubscriptionRecord;
