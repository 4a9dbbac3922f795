import type { BrokerOptions } from '@skua/broker';
import type { Store } from '@skua/store';
import type { AsyncAuthenticator, AsyncAuthorizer } from './async-access.ts';
import { systemClock, type Clock } from './clock.ts';
import { defaultSchedule, type Schedule } from './schedule.ts';
import type { ServerEvent } from './server-event.ts';

/** Settings of `createServer`. Everything has a default. */
export interface ServerOptions {
  /** Limits and choices of the broker. */
  readonly broker?: Partial<BrokerOptions>;
  /** Decides who may connect; without it everybody may who uses a listener that allows anonymous clients. */
  readonly authenticator?: AsyncAuthenticator;
  /** Decides what clients may publish and subscribe to; without it everything. */
  readonly authorizer?: AsyncAuthorizer;
  /**
   * Keeps sessions and retained messages beyond the process. It belongs to the server from now on, which closes it. Without
   * one they live in the broker's memory.
   */
  readonly store?: Store;
  /** Hears what happens, at the end of the turn in which it happened. It may call the server. */
  readonly onEvent?: (event: ServerEvent) => void;
  /** Time; the platform's unless given. */
  readonly clock?: Clock;
  /** Where a turn ends; see `defaultSchedule`. */
  readonly schedule?: Schedule;
  /** Numbers from 0 (included) to 1 (excluded), for assigned Client Identifiers; `Math.random` unless given. */
  readonly random?: () => number;
  /** Limits of the server itself. */
  readonly limits?: Partial<ServerLimits>;
}

/** Limits of the server itself. */
export interface ServerLimits {
  /** Bytes that may wait for one connection before its QoS 0 messages are dropped and the others queue, 1 or more. */
  readonly outputBytesMax: number;
  /** Bytes of output memory that are kept for the next turn, in all. */
  readonly pooledBytesMax: number;
  /** Journal entries that may wait for the store before publishers that cause more are not read, 1 or more. */
  readonly journalBacklogMax: number;
  /** Bytes of messages among those, 1 or more. */
  readonly journalBacklogBytesMax: number;
  /** Milliseconds that journal entries for which nobody waits may gather, 0 or more. A crash forgets them. */
  readonly journalFlushMs: number;
  /** Milliseconds before a batch that failed is tried again; twice as many each time, up to the maximum. */
  readonly storeRetryMs: number;
  readonly storeRetryMaxMs: number;
  /** Milliseconds that `close` takes at most before it destroys what is left. */
  readonly closeTimeoutMs: number;
}

/** The value of every limit that is not given. */
export const DEFAULT_SERVER_LIMITS: ServerLimits = Object.freeze({
  // Ten thousand messages of a hundred bytes survive a hiccup of the network; a thousand stalled connections cost 1 GiB.
  outputBytesMax: 1_048_576,
  // A hundred and more connections that each get 64 KiB in one turn.
  pooledBytesMax: 8_388_608,
  // Some ten batches of a busy broker, and a few megabytes.
  journalBacklogMax: 10_000,
  // As much as a busy broker sends in a second.
  journalBacklogBytesMax: 67_108_864,
  // Completed deliveries cause no commit of their own; after a crash a tenth of a second of QoS 1 is sent again.
  journalFlushMs: 100,
  // A hiccup is over sooner than a client gives up; a full disk is not emptied faster.
  storeRetryMs: 1000,
  storeRetryMaxMs: 10_000,
  // A little more than a transport takes to drain a peer that stays.
  closeTimeoutMs: 5000,
});

/** Options with nothing left out. */
export interface ResolvedServerOptions {
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly random: () => number;
  readonly limits: ServerLimits;
}

/** Fills in the defaults. */
export function resolveServerOptions(options: ServerOptions): ResolvedServerOptions {
  const { clock = systemClock, schedule = defaultSchedule, random = Math.random, limits = {} } = options;
  return { clock, schedule, random, limits: { ...DEFAULT_SERVER_LIMITS, ...limits } };
}
