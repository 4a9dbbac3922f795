import { TopicNameCache, type QoS, type ReasonCode } from '@skua/codec';
import type { MessageQueueLimits } from '@skua/session';
import type { TopicName } from '@skua/topics';

import type { Authenticator, Authorizer } from './access.ts';
import type { ClientConnection } from './client-connection.ts';
import { BrokerCounters } from './counters.ts';
import type { Due } from './due.ts';
import type { BrokerEvent, DropReason, HookFailedEvent } from './events.ts';
import { FanOut } from './fan-out.ts';
import { Journal } from './journal.ts';
import type { JournalSink } from './journal-entry.ts';
import type { BrokerOptions } from './options.ts';
import type { Message } from './message.ts';
import type { QueueReader, QueueReadRequest } from './queue-reader.ts';
import { RelaxedTopics } from './relaxed-topics.ts';
import { RetainedMessages } from './retained-messages.ts';
import type { Session } from './session.ts';
import { sharedSubscriptionStrategy, type SharedSubscriptionStrategy } from './shared-subscription-strategy.ts';
import { Subscriptions } from './subscriptions.ts';
import { TimerWheel } from './timer-wheel.ts';

/** What the embedder passed to the broker. */
export interface CorePorts {
  readonly events?: ((event: BrokerEvent) => void) | undefined;
  readonly journal?: JournalSink | undefined;
  /** Reads queues back from where the journal goes; without it they stay in memory. */
  readonly queueReader?: QueueReader | undefined;
  readonly authenticator?: Authenticator | undefined;
  readonly authorizer?: Authorizer | undefined;
  readonly random?: (() => number) | undefined;
}

/** The broker's parts in one place: what the handlers work on. */
export class Core {
  readonly options: BrokerOptions;
  readonly authenticator: Authenticator | undefined;
  readonly authorizer: Authorizer | undefined;
  readonly random: () => number;
  readonly counters: BrokerCounters = new BrokerCounters();
  readonly journal: Journal;
  readonly queueReader: QueueReader | undefined;
  /** Pages of queues that were set aside, by the names that these have. */
  readonly setAside: Map<string, QueueReadRequest> = new Map();
  readonly wheel: TimerWheel<Due> = new TimerWheel();
  readonly connections: Set<ClientConnection> = new Set();
  readonly connectionsByAddress: Map<string, number> = new Map();
  readonly sessions: Map<string, Session> = new Map();
  readonly subscriptions: Subscriptions;
  readonly strategy: SharedSubscriptionStrategy;
  readonly retained: RetainedMessages;
  readonly queueLimits: MessageQueueLimits;
  readonly fanOut: FanOut = new FanOut();
  /** Where acknowledgements are stamped; a link copies what it writes. */
  readonly acknowledgement: Uint8Array = new Uint8Array(4);
  /** For the readers of all connections. */
  readonly topicNames: TopicNameCache = new TopicNameCache(TOPIC_NAMES_CACHED);
  /** Connections that must end, but not in the middle of a delivery. See `settle`. */
  readonly doomed: { readonly connection: ClientConnection; readonly reasonCode: ReasonCode; readonly why: string }[] =
    [];
  pendingAuthentications = 0;
  /** Whether what is appended to the journal becomes durable before long. */
  storeIsWell = true;
  /** undefined: no Topic Name is in it. */
  readonly relaxedTopics: RelaxedTopics | undefined;
  #now = 0;
  readonly #events: ((event: BrokerEvent) => void) | undefined;

  constructor(options: BrokerOptions, ports: CorePorts) {
    this.options = options;
    this.authenticator = ports.authenticator;
    this.authorizer = ports.authorizer;
    this.random = ports.random ?? countingRandom();
    this.#events = ports.events;
    this.journal = new Journal(ports.journal, (error) => this.hookFailed('journal', undefined, error));
    this.queueReader = ports.journal === undefined ? undefined : ports.queueReader;
    const { relaxedTopicFilters } = options;
    this.relaxedTopics = relaxedTopicFilters.length === 0 ? undefined : new RelaxedTopics(relaxedTopicFilters);
    this.subscriptions = new Subscriptions(this.counters, options.matchCacheEntriesMax);
    this.strategy = sharedSubscriptionStrategy(options.sharedSubscriptionStrategy, this.random);
    this.queueLimits = {
      messagesMax: options.queuedMessagesMax,
      bytesMax: options.queuedBytesMax,
      overflow: options.queueOverflow,
      queueQos0Messages: options.queueQos0Messages,
    };
    this.retained = new RetainedMessages(this.counters, options.retainedMessagesMax, options.retainedBytesMax);
  }

  /** The clock never runs backwards in here. */
  tick(now: number): number {
    if (now > this.#now) this.#now = now;
    return this.#now;
  }

  /** Whether anybody listens: an event is made only then. */
  get wantsEvents(): boolean {
    return this.#events !== undefined;
  }

  /** Tells the embedder. Its mistakes stay its own. */
  emit(event: BrokerEvent): void {
    try {
      this.#events?.(event);
    } catch {
      this.counters.hookFailures++;
    }
  }

  /** Counts a dropped message and tells the embedder. */
  drop(reason: DropReason, clientIdentifier: string, topicName: TopicName, qos: QoS): void {
    this.counters.dropped[reason]++;
    if (this.wantsEvents) this.emit({ type: 'messageDropped', reason, clientIdentifier, topicName, qos });
  }

  /** A retained message was found to have expired, and removed. */
  retainedExpired({ topicName }: Message): void {
    this.journal.append({ type: 'retainedRemoved', topicName });
  }

  /** A hook of the embedder threw. */
  hookFailed(hook: HookFailedEvent['hook'], clientIdentifier: string | undefined, error: unknown): void {
    this.counters.hookFailures++;
    if (this.wantsEvents) this.emit({ type: 'hookFailed', hook, clientIdentifier, error });
  }

  /** The broker's own mistake, seen while it handled a connection. */
  internalError(connection: ClientConnection, error: unknown): void {
    this.counters.internalErrors++;
    const clientIdentifier = connection.clientIdentifier === '' ? undefined : connection.clientIdentifier;
    if (this.wantsEvents) this.emit({ type: 'internalError', clientIdentifier, error });
  }

  /** Ends a connection as soon as the delivery under way is through. */
  doom(connection: ClientConnection, reasonCode: ReasonCode, why: string): void {
    this.doomed.push({ connection, reasonCode, why });
  }
}

// Not random at all, but never the same twice: assigned Client Identifiers must be unique, not secret.
function countingRandom(): () => number {
  let state = 0;
  return () => {
    state = (state + GOLDEN_RATIO) % 1;
    return state;
  };
}

const GOLDEN_RATIO = 0.618033988749895;
/** A megabyte at most, if all of them are of the greatest length. */
const TOPIC_NAMES_CACHED = 4096;
