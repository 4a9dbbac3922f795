import { ProtocolError, ReasonCode, type EncodablePacket, type PublishPacket, type PubrelPacket } from '@skua/codec';
import { Receiver, TopicAliasReceiver } from '@skua/session';
import type { JournalGate } from './journal-gate.ts';
import { ReceivedMessage, type Acknowledger } from './received-message.ts';
import type { Wire } from './wire.ts';

// Everything that is received, from PUBLISH to the last acknowledgement.
//
// The application acknowledges in any order; PUBACK and PUBREC leave in the order in which the messages came
// [MQTT-4.6.0-2] [MQTT-4.6.0-3], so the message that is acknowledged waits behind those before it. The connection takes no
// more messages than our Receive Maximum while they wait: that is the flow control.

/** Told of every message for the application. Must not call back. */
export interface InboxSink {
  messageReceived(message: ReceivedMessage): void;
}

/** The receiving half of a client's session. */
export class Inbox {
  readonly #receiveMaximum: number;
  readonly #topicAliasMaximum: number;
  readonly #journal: JournalGate;
  readonly #sink: InboxSink;
  readonly #acknowledger: Acknowledger;
  #receiver = new Receiver();

  // For the connection.
  #wire: Wire | undefined;
  #connection = 0;
  #aliases = new TopicAliasReceiver(0);
  /** Messages of QoS 1 and 2 in the order in which they came, the acknowledged ones behind one that is not. */
  #unacknowledged: ReceivedMessage[] = [];
  #head = 0;
  /** QoS 2 messages that the application has and has not acknowledged: they may come again on the next connection. */
  #open = new Map<number, ReceivedMessage>();

  constructor(
    receiveMaximum: number,
    topicAliasMaximum: number,
    journal: JournalGate,
    sink: InboxSink,
    acknowledger: Acknowledger,
  ) {
    this.#receiveMaximum = receiveMaximum;
    this.#topicAliasMaximum = topicAliasMaximum;
    this.#journal = journal;
    this.#sink = sink;
    this.#acknowledger = acknowledger;
  }

  /** Messages of QoS 1 and 2 of this connection that are not acknowledged. */
  get unacknowledgedCount(): number {
    return this.#unacknowledged.length - this.#head;
  }

  /** Takes what a store has kept. Only before anything else. */
  restore(received: readonly number[]): void {
    this.#receiver.restore(received);
  }

  /** A connection begins. */
  connect(wire: Wire, sessionPresent: boolean): void {
    this.#wire = wire;
    this.#connection += 1;
    this.#aliases = new TopicAliasReceiver(wire.rules.hasProperties ? this.#topicAliasMaximum : 0);
    if (!sessionPresent) {
      this.#receiver = new Receiver();
      this.#open.clear();
    }
    // Without properties the server does not know our maximum, and cannot be blamed for more.
    this.#receiver.connect(wire.rules.hasProperties ? this.#receiveMaximum : RECEIVE_MAXIMUM_UNTOLD);
  }

  /** The connection is gone. */
  disconnect(): void {
    this.#wire = undefined;
    this.#receiver.disconnect();
    this.#unacknowledged = [];
    this.#head = 0;
  }

  /** PUBLISH arrived. @throws ProtocolError that ends the connection */
  handlePublish(packet: PublishPacket, now: number): void {
    const topicName = this.#aliases.resolve(packet.topicName, packet.properties.topicAlias);
    const message = new ReceivedMessage(packet, topicName, now, this.#connection, this.#acknowledger);
    if (packet.qos === 0) {
      this.#sink.messageReceived(message);
      return;
    }
    const { packetIdentifier } = packet;
    const outcome = this.#receiver.handlePublish(packetIdentifier, packet.qos);
    if (outcome === 'new') {
      this.#unacknowledged.push(message);
      if (packet.qos === 2) this.#open.set(packetIdentifier, message);
      this.#sink.messageReceived(message);
    } else if (outcome === 'duplicate') {
      this.#handleDuplicate(message, now);
    } else if (outcome === 'identifierInUse') {
      this.#rejectIdentifier(packet, now);
    } else if (this.#wire?.rules.repeatedPublish === 'protocolError') {
      throw new ProtocolError(`PUBLISH with Packet Identifier ${packetIdentifier} came twice on one connection`, {
        statement: 'MQTT-4.4.0-1',
      });
    }
  }

  /** PUBREL arrived: PUBCOMP is the answer [MQTT-4.3.3-11]. */
  handlePubrel({ packetIdentifier }: PubrelPacket, now: number): void {
    const outcome = this.#receiver.handlePubrel(packetIdentifier);
    this.#open.delete(packetIdentifier);
    if (outcome === 'released') {
      this.#journal.append({ kind: 'completed', packetIdentifier });
      this.#sendWhenStored(acknowledgement('pubcomp', packetIdentifier, ReasonCode.Success), now);
    } else {
      const reasonCode = this.#wire?.rules.unknownPacketIdentifierReasonCode ?? ReasonCode.Success;
      this.#wire?.send(acknowledgement('pubcomp', packetIdentifier, reasonCode), now);
    }
  }

  /** The application is done with a message. */
  acknowledge(message: ReceivedMessage, reasonCode: number, now: number): void {
    if (message.qos === 0 || message.reasonCode !== undefined) return;
    message.reasonCode = reasonCode;
    if (message.qos === 2) {
      // Of an earlier connection: the server sends it again and gets its PUBREC then.
      if (message.connection !== this.#connection || this.#wire === undefined) return;
    }
    if (message.connection === this.#connection) this.#flush(now);
  }

  /** Acknowledges what is at the head of the line. */
  #flush(now: number): void {
    const wire = this.#wire;
    if (wire === undefined) return;
    for (;;) {
      const message = this.#unacknowledged[this.#head];
      if (message?.reasonCode === undefined) break;
      this.#head += 1;
      const reasonCode = wire.rules.publishReasonCode(toReasonCode(message.reasonCode));
      const { packetIdentifier } = message;
      if (message.qos === 1) {
        this.#receiver.sendPuback(packetIdentifier);
        wire.send(acknowledgement('puback', packetIdentifier, reasonCode), now);
      } else {
        this.#receiver.sendPubrec(packetIdentifier, reasonCode);
        this.#open.delete(packetIdentifier);
        if (reasonCode < 0x80) this.#journal.append({ kind: 'received', packetIdentifier });
        this.#sendWhenStored(acknowledgement('pubrec', packetIdentifier, reasonCode), now);
      }
    }
    if (this.#head === this.#unacknowledged.length) {
      this.#unacknowledged.length = 0;
      this.#head = 0;
    } else if (this.#head >= TRIM_MIN && this.#head * 2 > this.#unacknowledged.length) {
      this.#unacknowledged.splice(0, this.#head);
      this.#head = 0;
    }
  }

  // A QoS 2 message that the application has had: it does not get it again [MQTT-4.3.3-10].
  #handleDuplicate(again: ReceivedMessage, now: number): void {
    const first = this.#open.get(again.packetIdentifier);
    if (first === undefined) {
      again.reasonCode = ReasonCode.Success;
      this.#unacknowledged.push(again);
    } else if (first.connection !== this.#connection) {
      // The application still works on it: its PUBREC takes its place in this connection's order.
      first.connection = this.#connection;
      this.#unacknowledged.push(first);
    }
    this.#flush(now);
  }

  #rejectIdentifier({ packetIdentifier, qos }: PublishPacket, now: number): void {
    if (this.#wire?.rules.packetIdentifierInUse === 'close') {
      throw new ProtocolError(`Packet Identifier ${packetIdentifier} is in use`, { statement: 'v3 MQTT-2.3.1-2' });
    }
    const type = qos === 1 ? 'puback' : 'pubrec';
    this.#wire?.send(acknowledgement(type, packetIdentifier, ReasonCode.PacketIdentifierInUse), now);
  }

  #sendWhenStored(packet: EncodablePacket, now: number): void {
    const wire = this.#wire;
    this.#journal.whenStored((later) => {
      if (this.#wire === wire) wire?.send(packet, later);
    }, now);
  }
}

function acknowledgement(
  type: 'puback' | 'pubrec' | 'pubcomp',
  packetIdentifier: number,
  reasonCode: ReasonCode,
): EncodablePacket {
  return { type, packetIdentifier, reasonCode, properties: NONE };
}

/** An application may only refuse with a code that PUBACK and PUBREC know. */
function toReasonCode(code: number): ReasonCode {
  return REFUSALS.find((known) => known === code) ?? (code < 0x80 ? ReasonCode.Success : ReasonCode.UnspecifiedError);
}

const REFUSALS: readonly ReasonCode[] = [
  ReasonCode.ImplementationSpecificError,
  ReasonCode.NotAuthorized,
  ReasonCode.TopicNameInvalid,
  ReasonCode.QuotaExceeded,
  ReasonCode.PayloadFormatInvalid,
];
const NONE = Object.freeze({});
const RECEIVE_MAXIMUM_UNTOLD = 0xffff;
const TRIM_MIN = 64;
