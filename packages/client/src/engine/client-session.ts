import { ProtocolError, type EncodablePacket, type Packet } from '@skua/codec';
import { PacketIdentifiers } from '@skua/session';
import type { Connection } from './connection.ts';
import { Inbox, type InboxSink } from './inbox.ts';
import { JournalGate } from './journal-gate.ts';
import type { EngineOptions } from './options.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { Publisher, type PublisherSink, type SessionLoss } from './publisher.ts';
import type { Acknowledger } from './received-message.ts';
import type { SessionEntry, StoredDelivery, StoredSession } from './session-entry.ts';
import { Subscriptions, type SubscriptionsSink } from './subscriptions.ts';
import { TopicAliases } from './topic-aliases.ts';

/** Where the output of a session goes. None of these may call back. */
export interface SessionSink extends PublisherSink, InboxSink, SubscriptionsSink, Acknowledger {
  /** Something for the store: `handleStored` follows. Only with `isStoring`. */
  append(entry: SessionEntry): void;
}

/** The Session State of a client (section 4.1) and what goes with it over all connections. */
export class ClientSession {
  readonly publisher: Publisher;
  readonly inbox: Inbox;
  readonly subscriptions: Subscriptions;
  readonly #journal: JournalGate;
  readonly #automaticTopicAliases: number;
  readonly #requestProblemInformation: boolean;

  /** `sizeOf` gives the bytes of a packet, or throws EncodeError. */
  constructor(options: EngineOptions, sizeOf: (packet: EncodablePacket) => number, sink: SessionSink) {
    const { queue, receiveMaximum, topicAliasMaximum, restoreBatchMax, whenSessionIsLost } = options;
    const identifiers = new PacketIdentifiers();
    this.#journal = new JournalGate(options.isStoring ? (entry) => sink.append(entry) : undefined);
    this.publisher = new Publisher(queue, identifiers, this.#journal, whenSessionIsLost, sizeOf, sink);
    this.inbox = new Inbox(receiveMaximum, topicAliasMaximum, this.#journal, sink, sink);
    this.subscriptions = new Subscriptions(identifiers, restoreBatchMax, sink);
    this.#automaticTopicAliases = options.automaticTopicAliases;
    this.#requestProblemInformation = options.requestProblemInformation;
  }

  /** When {@link handleTimeout} is to be called, in milliseconds; Infinity: never. */
  get nextTimeout(): number {
    return this.publisher.nextTimeout;
  }

  /** Takes a stored session. Only before anything else. */
  restore(session: StoredSession, make: (delivery: StoredDelivery) => OutgoingMessage): void {
    this.publisher.restore(session.deliveries, make);
    this.inbox.restore(session.received);
  }

  /** A connection begins. Returns what was lost with the session, if anything. */
  connect(
    connection: Connection,
    clientIdentifier: string,
    sessionPresent: boolean,
    now: number,
  ): SessionLoss | undefined {
    if (!sessionPresent) this.#journal.append({ kind: 'session', clientIdentifier });
    this.inbox.connect(connection, sessionPresent);
    // Subscriptions before messages: an answer to what is published now must find them.
    this.subscriptions.connect(connection, sessionPresent, now);
    const aliases = new TopicAliases(connection.limits.topicAliasMaximum, this.#automaticTopicAliases);
    return this.publisher.connect(connection, aliases, sessionPresent, now);
  }

  /** The connection is gone. */
  disconnect(): void {
    this.publisher.disconnect();
    this.inbox.disconnect();
    this.subscriptions.disconnect();
  }

  /** The client is closed. */
  close(): void {
    this.publisher.close();
    this.subscriptions.close();
  }

  /** A packet arrived. False: it is none of the session's. @throws ProtocolError that ends the connection */
  handlePacket(packet: Packet, now: number): boolean {
    if (packet.type === 'publish') {
      this.inbox.handlePublish(packet, now);
      return true;
    }
    if (!isAnswer(packet)) return false;
    this.#checkProblemInformation(packet);
    if (packet.type === 'puback') this.publisher.handlePuback(packet, now);
    else if (packet.type === 'pubrec') this.publisher.handlePubrec(packet, now);
    else if (packet.type === 'pubrel') this.inbox.handlePubrel(packet, now);
    else if (packet.type === 'pubcomp') this.publisher.handlePubcomp(packet, now);
    else if (packet.type === 'suback') this.subscriptions.handleSuback(packet, now);
    else this.subscriptions.handleUnsuback(packet, now);
    return true;
  }

  /** The connection takes messages again. */
  handleWritable(now: number): void {
    this.publisher.handleWritable(now);
  }

  /** Does what is due at `now`. */
  handleTimeout(now: number): void {
    this.publisher.handleTimeout(now);
  }

  /** So many more entries are durable. */
  handleStored(count: number, now: number): void {
    this.#journal.handleStored(count, now);
  }

  #checkProblemInformation({ type, properties }: Answer): void {
    if (this.#requestProblemInformation) return;
    if (properties.reasonString !== undefined || properties.userProperties !== undefined) {
      throw new ProtocolError(`${type.toUpperCase()} has problem information that was not asked for`, {
        statement: 'U-3.1.2.11.7-2',
      });
    }
  }
}

type AnswerType = 'puback' | 'pubrec' | 'pubrel' | 'pubcomp' | 'suback' | 'unsuback';
type Answer = Extract<Packet, { readonly type: AnswerType }>;

function isAnswer(packet: Packet): packet is Answer {
  return ANSWERS.has(packet.type);
}

const ANSWERS: ReadonlySet<string> = new Set<AnswerType>([
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'suback',
  'unsuback',
]);
