import type { ProtocolVersion } from '@skua/codec';
import {
  Receiver,
  Sender,
  versionRulesFor,
  type DropReason as QueueDropReason,
  type MessageQueueSink,
  type VersionRules,
} from '@skua/session';

import type { ClientConnection } from './client-connection.ts';
import type { Core } from './core.ts';
import type { Due } from './due.ts';
import type { DropReason } from './events.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { SessionQueue } from './session-queue.ts';
import type { WillRecord } from './snapshot.ts';
import type { ClientSubscription } from './subscription.ts';
import { Deadline } from './timer-wheel.ts';

/** The state that the broker holds for a Client Identifier (section 4.1), whether it is connected or not. */
export class Session implements MessageQueueSink<OutgoingMessage> {
  // For the session
  readonly clientIdentifier: string;
  userName: string | undefined = undefined;
  /** Of the present or last connection. */
  rules: VersionRules;
  /** Seconds; SESSION_NEVER_EXPIRES: for ever; 0: ends with the connection. */
  expiryInterval = 0;
  readonly subscriptions: Map<string, ClientSubscription> = new Map();
  readonly sender: Sender<OutgoingMessage> = new Sender();
  readonly receiver: Receiver = new Receiver();
  readonly queue: SessionQueue;
  will: WillRecord | undefined = undefined;
  /** Whether the journal knows this session, so that it must be told of its end. */
  isJournalled = false;
  disconnectedAt: number | undefined = undefined;
  readonly expiryDeadline: Deadline<Due>;
  readonly willDeadline: Deadline<Due>;
  readonly #core: Core;

  // For the connection
  connection: ClientConnection | undefined = undefined;

  constructor(core: Core, clientIdentifier: string, protocolVersion: ProtocolVersion) {
    this.#core = core;
    this.clientIdentifier = clientIdentifier;
    this.rules = versionRulesFor(protocolVersion);
    this.queue = new SessionQueue(core, this);
    this.expiryDeadline = new Deadline<Due>({ kind: 'sessionExpiry', session: this });
    this.willDeadline = new Deadline<Due>({ kind: 'willDelay', session: this });
  }

  /**
   * Whether its state outlives its connection and is kept by somebody, so that its changes go to the journal. So do those
   * of a session that ends with its connection but has messages that only the journal has, and others come behind them.
   */
  get isDurable(): boolean {
    return (this.expiryInterval > 0 || this.queue.stored !== undefined) && this.#core.journal.isKept;
  }

  get queuedMessages(): number {
    return this.queue.length;
  }

  get queuedBytes(): number {
    return this.queue.bytes;
  }

  /** @internal The queue has dropped a message, or never took it. */
  messageDropped(outgoing: OutgoingMessage, reason: QueueDropReason): void {
    this.#core.drop(DROP_REASONS[reason], this.clientIdentifier, outgoing.message.topicName, outgoing.qos);
    this.finish(outgoing);
  }

  /** A message of this session is done with, so the journal need not keep it. */
  finish(outgoing: OutgoingMessage): void {
    if (outgoing.deliveryId === 0 || !this.isJournalled) return;
    const { clientIdentifier } = this;
    this.#core.journal.append({ type: 'deliveryFinished', clientIdentifier, deliveryId: outgoing.deliveryId });
  }
}

const DROP_REASONS: Readonly<Record<QueueDropReason, DropReason>> = {
  expired: 'expired',
  qos0: 'offline',
  tooLarge: 'queueFull',
  queueFull: 'queueFull',
  displaced: 'displaced',
  superseded: 'superseded',
};
