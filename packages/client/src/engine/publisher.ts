import {
  ReasonCode,
  type EncodablePacket,
  type PubackPacket,
  type PubcompPacket,
  type PublishPacket,
  type PubrecPacket,
  type Encodable,
} from '@skua/codec';
import { Sender, type Delivery, type PacketIdentifiers } from '@skua/session';
import { parseTopicName } from '@skua/topics';
import { ClosedError, PublishRefusedError, SessionLostError, type ClientError } from './errors.ts';
import type { JournalGate } from './journal-gate.ts';
import { publishFault, sizeFault } from './limits.ts';
import { NO_PROPERTIES, SUCCESS, type Acknowledgement, type OutgoingMessage } from './outgoing-message.ts';
import { PublishQueue, type QueueCounters, type QueueOptions, type QueueSink } from './publish-queue.ts';
import type { StoredDelivery } from './session-entry.ts';
import type { TopicAliases } from './topic-aliases.ts';
import type { Wire } from './wire.ts';

// Everything that is published, from admission to acknowledgement.
//
// There is one order: what waits in the queue is sent before what is published later, whatever its QoS, and what was in
// flight when a connection was lost is sent again before both [MQTT-4.6.0-1]. So a message goes out at once only when
// nothing waits.
//
// With a store a message of QoS 1 or 2 is admitted when the store has it; one of QoS 2 is sent when its Packet Identifier
// is stored as well, because after a crash the server would take another message with the same for a duplicate.

/** Told of every message that has come to its end or was admitted late. Must not call back. */
export interface PublisherSink extends QueueSink {
  /** `message.outcome` is set. */
  messageSettled(message: OutgoingMessage): void;
}

/** The sending half of a client's session. */
export class Publisher {
  readonly #queue: PublishQueue;
  readonly #sink: PublisherSink;
  readonly #sizeOf: (packet: EncodablePacket) => number;
  readonly #journal: JournalGate;
  readonly #whenSessionIsLost: 'rejectQos2' | 'republish';
  #sender: Sender<OutgoingMessage>;
  #nextNumber = 1;
  #wire: Wire | undefined;
  #aliases: TopicAliases | undefined;
  #isPumping = false;
  /** The last Topic Name that was found to be one: most come again and again. */
  #checkedTopicName: string | undefined;

  /** `sizeOf` gives the bytes of a packet, or throws EncodeError. */
  constructor(
    queueOptions: QueueOptions,
    identifiers: PacketIdentifiers,
    journal: JournalGate,
    whenSessionIsLost: 'rejectQos2' | 'republish',
    sizeOf: (packet: EncodablePacket) => number,
    sink: PublisherSink,
  ) {
    this.#sizeOf = sizeOf;
    this.#sender = new Sender(identifiers);
    this.#queue = new PublishQueue(queueOptions, sink, (message, outcome) => this.#settle(message, outcome));
    this.#journal = journal;
    this.#whenSessionIsLost = whenSessionIsLost;
    this.#sink = sink;
  }

  /** Messages that are sent and not acknowledged. */
  get inflightCount(): number {
    return this.#sender.inflightCount;
  }

  /** Whether nothing waits and nothing is under way. */
  get isIdle(): boolean {
    return this.#sender.inflightCount === 0 && this.#queue.isEmpty;
  }

  /** What waits. */
  get counters(): QueueCounters {
    return this.#queue.counters;
  }

  /** When a waiting message expires, in milliseconds; Infinity: none does. */
  get nextTimeout(): number {
    return this.#queue.soonestExpiry;
  }

  /** Takes what a store has kept. Only before anything else. */
  restore(deliveries: readonly StoredDelivery[], make: (delivery: StoredDelivery) => OutgoingMessage): void {
    const messages = deliveries.map(make);
    this.#sender.restore(
      messages.flatMap((message, index) => {
        const { packetIdentifier = 0, isReleased = false } = deliveries[index] ?? {};
        if (packetIdentifier === 0) return [];
        message.state = 'sent';
        message.packetIdentifier = packetIdentifier;
        const state = message.qos === 1 ? 'awaitingPuback' : isReleased ? 'awaitingPubcomp' : 'awaitingPubrec';
        return [{ packetIdentifier, state, message }];
      }),
    );
    this.#queue.restore(messages.filter((message) => message.state === 'queued'));
    for (const { number } of deliveries) this.#nextNumber = Math.max(this.#nextNumber, number + 1);
  }

  /**
   * A message is published. `admitted`: it is sent, queued or dropped by the policy; `waiting`: `messageAdmitted` follows
   * if it does not fail before.
   *
   * @throws ClientError when it is not admitted
   */
  publish(message: OutgoingMessage, now: number): 'admitted' | 'waiting' {
    const wire = this.#wire;
    this.#check(message, now);
    if (wire !== undefined) {
      const fault = publishFault(wire.limits, message.qos, message.retain);
      if (fault !== undefined) throw fault;
    }
    const isStored = message.qos > 0 && this.#journal.isStoring;
    if (!isStored && wire !== undefined && this.#queue.isEmpty && this.#canSend(wire, message)) {
      const fault = this.#transmit(wire, message, now);
      if (fault !== undefined) throw fault;
      return 'admitted';
    }
    if (wire !== undefined && wire.limits.maximumPacketSize < mayTake(message)) {
      const fault = sizeFault(wire.limits, wire.sizeOf(publishPacket(message, 1, false, now)));
      if (fault !== undefined) throw fault;
    }
    const admission = this.#queue.push(message, now);
    if (!isStored || message.outcome !== undefined) {
      this.#pump(now);
      return admission;
    }
    this.#store(message, now, admission === 'admitted');
    return 'waiting';
  }

  /** Gives a message up because the caller does not wait any longer. What was sent cannot be called back. */
  withdraw(message: OutgoingMessage, error: ClientError, now: number): void {
    if (message.outcome !== undefined) return;
    if (message.state === 'queued') this.#queue.noteWithdrawn();
    this.#settle(message, error);
    this.#pump(now);
  }

  /** A connection begins. */
  connect(
    wire: Wire,
    aliases: TopicAliases | undefined,
    sessionPresent: boolean,
    now: number,
  ): SessionLoss | undefined {
    this.#wire = wire;
    this.#aliases = aliases;
    const loss = sessionPresent ? undefined : this.#loseSession(now);
    this.#sender.connect(wire.limits.receiveMaximum);
    this.#pump(now);
    return loss;
  }

  /** The connection is gone. */
  disconnect(): void {
    this.#wire = undefined;
    this.#aliases = undefined;
    this.#sender.disconnect();
  }

  /** PUBACK arrived. */
  handlePuback({ packetIdentifier, reasonCode, properties }: PubackPacket, now: number): void {
    const delivery = this.#sender.handlePuback(packetIdentifier);
    if (delivery !== 'unknown') this.#finish(delivery.message, reasonCode, properties);
    this.#pump(now);
  }

  /** PUBREC arrived: PUBREL is the answer [MQTT-4.3.3-4]. */
  handlePubrec({ packetIdentifier, reasonCode, properties }: PubrecPacket, now: number): void {
    const delivery = this.#sender.handlePubrec(packetIdentifier, reasonCode);
    if (delivery === 'unknown') {
      const code = this.#wire?.rules.unknownPacketIdentifierReasonCode ?? 0;
      this.#send(pubrel(packetIdentifier, code), now);
    } else if (delivery.state === 'done') {
      this.#finish(delivery.message, reasonCode, properties);
      this.#pump(now);
    } else {
      const { message } = delivery;
      if (message.number > 0) this.#journal.append({ kind: 'released', number: message.number });
      this.#sendWhenStored(pubrel(packetIdentifier, ReasonCode.Success), now);
    }
  }

  /** PUBCOMP arrived. */
  handlePubcomp({ packetIdentifier, reasonCode, properties }: PubcompPacket, now: number): void {
    const delivery = this.#sender.handlePubcomp(packetIdentifier);
    // 0x92 says that the server has completed it before: the PUBREL came again.
    const isDone = reasonCode === ReasonCode.PacketIdentifierNotFound;
    if (delivery !== 'unknown') this.#finish(delivery.message, isDone ? 0 : reasonCode, properties);
    this.#pump(now);
  }

  /** The connection takes messages again. */
  handleWritable(now: number): void {
    this.#pump(now);
  }

  /** Gives up what has expired. */
  handleTimeout(now: number): void {
    this.#queue.removeExpired(now);
  }

  /** The client is closed: nothing will be sent any more. Stored messages stay in the store. */
  close(): void {
    this.disconnect();
    const error = new ClosedError('The client was closed before the message was acknowledged.');
    for (const { message } of this.#sender.deliveries()) this.#settle(message, error, true);
    this.#queue.failAll((message) => this.#settle(message, error, true));
  }

  // What cannot be encoded is the caller's fault, and must be found before it has a Packet Identifier.
  #check(message: OutgoingMessage, now: number): void {
    const { topicName, qos } = message;
    if (!isPlain(message) || !QOS.has(qos)) {
      this.#sizeOf({ ...publishPacket(message, 1, false, now), properties: message.properties });
    } else if (topicName !== this.#checkedTopicName) {
      parseTopicName(topicName);
      this.#checkedTopicName = topicName;
    }
  }

  #canSend(wire: Wire, message: OutgoingMessage): boolean {
    return !wire.isCongested && (message.qos === 0 ? !this.#sender.hasResends : this.#sender.canPublish);
  }

  /** What was sent before first, then what waits, as far as connection and quota allow. */
  #pump(now: number): void {
    const wire = this.#wire;
    if (wire === undefined || this.#isPumping) return;
    this.#isPumping = true;
    while (!wire.isCongested) {
      const delivery = this.#sender.nextResend();
      if (delivery === undefined) break;
      this.#resend(wire, delivery, now);
    }
    for (;;) {
      const message = this.#queue.peek(now);
      if (message === undefined || !this.#canSend(wire, message)) break;
      this.#queue.shift(now);
      const fault = publishFault(wire.limits, message.qos, message.retain) ?? this.#transmit(wire, message, now);
      if (fault !== undefined) this.#settle(message, fault);
    }
    this.#isPumping = false;
  }

  #resend(wire: Wire, { message, packetIdentifier, state }: Delivery<OutgoingMessage>, now: number): void {
    if (state === 'awaitingPubcomp') {
      this.#send(pubrel(packetIdentifier, ReasonCode.Success), now);
      return;
    }
    const packet = publishPacket(message, packetIdentifier, true, now);
    const fault = sizeFault(wire.limits, wire.sizeOf(packet));
    if (fault === undefined) {
      this.#send(packet, now);
      return;
    }
    // The server accepts less than it did: the message counts as sent [MQTT-3.1.2-25].
    const given = this.#sender.discard(packetIdentifier);
    this.#settle(message, fault);
    if (given !== 'unknown' && given.state === 'awaitingPubcomp') {
      this.#send(pubrel(packetIdentifier, ReasonCode.Success), now);
    }
  }

  /** Sends a message for the first time, or says why it must not be sent. */
  #transmit(wire: Wire, message: OutgoingMessage, now: number): ClientError | undefined {
    const { limits } = wire;
    const alias = this.#aliases?.use(message);
    if (limits.maximumPacketSize < mayTake(message)) {
      const fault = sizeFault(
        limits,
        wire.sizeOf(publishPacket(message, message.qos === 0 ? 0 : 1, false, now, alias)),
      );
      if (fault !== undefined) {
        if (alias !== undefined) this.#aliases?.revoke(alias);
        return fault;
      }
    }
    if (message.qos === 0) {
      wire.send(publishPacket(message, 0, false, now, alias), now);
      this.#settle(message, SUCCESS);
      return undefined;
    }
    const { packetIdentifier } = this.#sender.publish(message, message.qos);
    message.packetIdentifier = packetIdentifier;
    message.state = 'sent';
    const packet = publishPacket(message, packetIdentifier, false, now, alias);
    if (message.number === 0) {
      wire.send(packet, now);
      return undefined;
    }
    this.#journal.append({ kind: 'sent', number: message.number, packetIdentifier });
    if (message.qos === 2) this.#sendWhenStored(packet, now);
    else wire.send(packet, now);
    return undefined;
  }

  #store(message: OutgoingMessage, now: number, isQueued: boolean): void {
    const { topicName, payload, qos, retain, properties, expiresAt } = message;
    if (qos === 0) return;
    message.number = this.#nextNumber;
    this.#nextNumber += 1;
    message.isHeld = true;
    this.#journal.append({
      kind: 'queued',
      number: message.number,
      message: { topicName, payload, qos, retain, properties, expiresAt },
    });
    this.#journal.whenStored((later) => {
      message.isHeld = false;
      if (isQueued && message.outcome === undefined) this.#sink.messageAdmitted(message);
      this.#pump(later);
    }, now);
  }

  // The server has forgotten the session [MQTT-3.2.2-5]: Packet Identifiers mean nothing any more.
  #loseSession(now: number): SessionLoss | undefined {
    const records = this.#sender.exportState();
    if (records.length === 0) return undefined;
    const again: OutgoingMessage[] = [];
    let rejected = 0;
    for (const { packetIdentifier, state, message } of records) {
      if (state === 'awaitingPubcomp') {
        this.#sender.handlePubcomp(packetIdentifier);
        this.#settle(message, SUCCESS); // the message had become the server's
        continue;
      }
      if (state === 'awaitingPuback') this.#sender.handlePuback(packetIdentifier);
      else this.#sender.handlePubrec(packetIdentifier, 0x80);
      if (message.outcome !== undefined) continue;
      if (state === 'awaitingPubrec' && this.#whenSessionIsLost === 'rejectQos2') {
        rejected += 1;
        this.#settle(
          message,
          new SessionLostError('The server forgot the session: the message may have arrived or not.'),
        );
        continue;
      }
      message.state = 'queued';
      message.packetIdentifier = undefined;
      if (message.number > 0) this.#journal.append({ kind: 'sent', number: message.number, packetIdentifier: 0 });
      again.push(message);
    }
    this.#queue.putBack(again, now);
    return { republished: again.length, rejected };
  }

  #finish(
    message: OutgoingMessage,
    reasonCode: number,
    { reasonString, userProperties = [] }: PubackPacket['properties'],
  ): void {
    const text = reasonString === undefined ? '' : `: ${reasonString}`;
    this.#settle(
      message,
      reasonCode < 0x80
        ? reasonCode === 0 && reasonString === undefined && userProperties.length === 0
          ? SUCCESS
          : { reasonCode, reasonString, userProperties }
        : new PublishRefusedError(`The server refused the message with 0x${reasonCode.toString(16)}${text}`, {
            reasonCode,
          }),
    );
  }

  // The one place where a message comes to its end.
  #settle(message: OutgoingMessage, outcome: Acknowledgement | Error, staysStored: boolean = false): void {
    if (message.number > 0 && !staysStored && !message.isForgotten && !this.#isInflight(message)) {
      message.isForgotten = true;
      this.#journal.append({ kind: 'done', number: message.number });
    }
    if (message.outcome !== undefined) return;
    message.outcome = outcome;
    message.state = outcome instanceof Error ? 'failed' : 'acknowledged';
    this.#sink.messageSettled(message);
  }

  #isInflight({ packetIdentifier }: OutgoingMessage): boolean {
    return packetIdentifier !== undefined && this.#sender.find(packetIdentifier) !== undefined;
  }

  #send(packet: EncodablePacket, now: number): void {
    this.#wire?.send(packet, now);
  }

  #sendWhenStored(packet: EncodablePacket, now: number): void {
    const wire = this.#wire;
    this.#journal.whenStored((later) => {
      if (this.#wire === wire) this.#send(packet, later);
    }, now);
  }
}

/** What the loss of a session meant for the messages under way. */
export interface SessionLoss {
  /** Messages that are published again as new ones. */
  readonly republished: number;
  /** QoS 2 messages whose fate is unknown. */
  readonly rejected: number;
}

/** How a PUBLISH uses a Topic Alias. */
export interface AliasUse {
  readonly topicAlias: number;
  readonly setsAlias: boolean;
}

function publishPacket(
  message: OutgoingMessage,
  packetIdentifier: number,
  dup: boolean,
  now: number,
  alias?: AliasUse,
): Encodable<PublishPacket> {
  const { expiresAt } = message;
  let properties: Encodable<PublishPacket>['properties'] = message.properties;
  if (expiresAt !== undefined) {
    // What is left of it: 0 would be no message at all.
    properties = { ...properties, messageExpiryInterval: Math.max(1, Math.ceil((expiresAt - now) / 1000)) };
  }
  if (alias !== undefined) properties = { ...properties, topicAlias: alias.topicAlias };
  return {
    type: 'publish',
    dup,
    qos: message.qos,
    retain: message.retain,
    topicName: alias?.setsAlias === false ? '' : message.topicName,
    packetIdentifier: message.qos === 0 ? 0 : packetIdentifier,
    payload: message.payload,
    properties,
  };
}

/** At least what the packet may take, found without encoding it. */
function mayTake(message: OutgoingMessage): number {
  const { topicName, payload } = message;
  // Anything may be in properties that are there at all.
  return isPlain(message) ? topicName.length * UTF8_BYTES_MAX + payload.length + PUBLISH_OVERHEAD_BYTES : Infinity;
}

function isPlain({ properties }: OutgoingMessage): boolean {
  return properties === NO_PROPERTIES;
}

function pubrel(packetIdentifier: number, reasonCode: ReasonCode): EncodablePacket {
  return { type: 'pubrel', packetIdentifier, reasonCode, properties: {} };
}

const QOS: ReadonlySet<number> = new Set([0, 1, 2]);
const UTF8_BYTES_MAX = 3;
/** Fixed header, lengths, Packet Identifier and a Topic Alias. */
const PUBLISH_OVERHEAD_BYTES = 16;
