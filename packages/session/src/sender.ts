import { ProtocolError } from '@skua/codec';

import type { Delivery, DeliveryRecord, DeliveryState } from './delivery.ts';
import { InflightTable, type InflightEntry } from './inflight-table.ts';
import { PacketIdentifiers } from './packet-identifiers.ts';

// The sending side of QoS 1 and 2 (section 4.3), the same code for a client and for a server.
//
// Every legal step of a delivery is in SENDER_STEPS. A step that is not there throws and changes nothing.
//
// What is in flight belongs to the session, the send quota to the connection (section 4.9). The quota is kept as the
// number of deliveries that are `outstanding` on this connection: PUBLISH packets sent or sent again on it, and PUBREL
// packets. Section 4.9 would not count a repeated PUBREL, but its PUBCOMP then raises the quota for a PUBLISH that was
// never counted, and more than Receive Maximum could be under way against [MQTT-3.3.4-7]. Counting it is always legal.

/**
 * The sending side of QoS 1 and 2 (section 4.3) for one session: identifiers, acknowledgements, send quota, and what is
 * to be sent again after a reconnect. Used by a client for what it publishes, by a server for what it delivers.
 *
 * The caller sends the packets: PUBLISH for each {@link publish}, PUBREL after {@link handlePubrec}, and whatever
 * {@link nextResend} returns after {@link connect}.
 */
export class Sender<M> {
  // For the session.
  readonly #identifiers: PacketIdentifiers;
  /** Waiting for PUBACK or PUBREC, in the order first sent [MQTT-4.6.0-1]. */
  #unacknowledged: InflightTable<InflightDelivery<M>> | undefined;
  /** Waiting for PUBCOMP, in the order of their PUBREC [MQTT-4.6.0-4]. */
  #released: InflightTable<InflightDelivery<M>> | undefined;

  // For the connection.
  /** 0: there is no connection. */
  #receiveMaximum = 0;
  #outstanding = 0;
  /** Counts connections; a delivery bears the number of the one that it was last sent on. */
  #connection = 0;
  #resendsLeft = 0;
  /** What {@link nextResend} looks at next; undefined: it is through. */
  #resendingReleased: InflightDelivery<M> | undefined;
  #resendingUnacknowledged: InflightDelivery<M> | undefined;

  /** `identifiers`: shared with SUBSCRIBE and UNSUBSCRIBE by a client; a server needs to give none. */
  constructor(identifiers: PacketIdentifiers = new PacketIdentifiers()) {
    this.#identifiers = identifiers;
  }

  /** How many deliveries are not `done`. */
  get inflightCount(): number {
    return (this.#unacknowledged?.size ?? 0) + (this.#released?.size ?? 0);
  }

  /** How many QoS 1 and 2 PUBLISH packets may be sent now by section 4.9; 0 without a connection. */
  get sendQuota(): number {
    return Math.max(0, this.#receiveMaximum - this.#outstanding);
  }

  /**
   * Whether {@link publish} is allowed now: connected, quota left, an identifier free, and nothing left for
   * {@link nextResend}, because what was sent before goes first.
   */
  get canPublish(): boolean {
    return this.#resendsLeft === 0 && this.#outstanding < this.#receiveMaximum && !this.#identifiers.isExhausted;
  }

  /** Whether deliveries of an earlier connection still wait to be sent again; {@link nextResend} gives them while connected. */
  get hasResends(): boolean {
    return this.#resendsLeft > 0;
  }

  /**
   * A connection begins (the CONNACK was sent or received). `receiveMaximum` is the peer's, 1 to 65,535, or what the
   * caller allows if that is less [MQTT-4.9.0-1]; RangeError otherwise. Everything in flight is to be sent again.
   */
  connect(receiveMaximum: number): void {
    if (!Number.isInteger(receiveMaximum) || receiveMaximum < 1 || receiveMaximum > 0xffff) {
      throw new RangeError(`Receive Maximum is ${receiveMaximum}; allowed: 1 to 65,535`);
    }
    this.#reset(receiveMaximum);
    this.#resendingReleased = this.#released?.first;
    this.#resendingUnacknowledged = this.#unacknowledged?.first;
  }

  /** The connection is gone: nothing can be published or sent again until the next {@link connect}. */
  disconnect(): void {
    if (this.#unacknowledged?.size === 0) {
      this.#unacknowledged = undefined;
    }
    if (this.#released?.size === 0) {
      this.#released = undefined;
    }
    this.#reset(0);
  }

  /**
   * What is to be sent again next [MQTT-4.4.0-1], with its original Packet Identifier: PUBREL if the state is
   * `awaitingPubcomp`, otherwise PUBLISH with DUP 1 [MQTT-3.3.1-1]. First every PUBREL, whatever the quota
   * [MQTT-3.3.4-8] [MQTT-3.3.4-10], then PUBLISH in the order first sent [MQTT-4.6.0-1] as far as the quota goes.
   *
   * Call it after {@link connect} until it returns undefined, and again after each acknowledgement while
   * {@link hasResends}.
   */
  nextResend(): Delivery<M> | undefined {
    while (this.#resendingReleased !== undefined) {
      const delivery = this.#resendingReleased;
      this.#resendingReleased = delivery.next;
      // One that came to wait for PUBCOMP on this connection has had its PUBREL as the answer to its PUBREC.
      if (delivery.connection !== this.#connection) {
        this.#countResend(delivery);
        return delivery;
      }
    }
    const delivery = this.#resendingUnacknowledged;
    if (delivery === undefined || this.#resendsLeft === 0 || this.#outstanding >= this.#receiveMaximum) {
      return undefined;
    }
    this.#resendingUnacknowledged = delivery.next;
    this.#countResend(delivery);
    return delivery;
  }

  /**
   * A new message goes out under a new Packet Identifier [MQTT-4.3.2-1] [MQTT-4.3.3-1] with DUP 0. The caller asks
   * {@link canPublish} first; an error if it is false.
   */
  publish(message: M, qos: 1 | 2): Delivery<M> {
    const packetIdentifier = this.canPublish ? this.#identifiers.allocate() : undefined;
    if (packetIdentifier === undefined) {
      throw new Error('publish was called although canPublish is false');
    }
    const delivery = new InflightDelivery(packetIdentifier, qos, message, this.#connection);
    this.#unacknowledged ??= new InflightTable();
    this.#unacknowledged.add(delivery);
    this.#outstanding += 1;
    return delivery;
  }

  /**
   * PUBACK arrived: the delivery is `done`, whatever the Reason Code [MQTT-4.4.0-2]. `unknown`: there is no such
   * delivery, to be ignored. ProtocolError if it is one of QoS 2; nothing has changed then.
   */
  handlePuback(packetIdentifier: number): Delivery<M> | 'unknown' {
    return this.#handle(packetIdentifier, 'puback');
  }

  /**
   * PUBREC arrived. The delivery is `awaitingPubcomp`: answer PUBREL, now and also when PUBREC is repeated
   * [MQTT-4.3.3-4]; ask {@link find} before if the difference matters. Or it is `done`, when the Reason Code is 0x80 or
   * greater [MQTT-4.4.0-2]: no PUBREL. `unknown`: answer PUBREL with 0x92 in 5.0, a plain PUBREL otherwise.
   * ProtocolError if it is one of QoS 1, or if it is refused after it was accepted; nothing has changed then.
   */
  handlePubrec(packetIdentifier: number, reasonCode: number): Delivery<M> | 'unknown' {
    return this.#handle(packetIdentifier, reasonCode < 0x80 ? 'pubrec' : 'pubrecError');
  }

  /**
   * PUBCOMP arrived: the delivery is `done`, whatever the Reason Code. `unknown`: there is no such delivery, to be
   * ignored. ProtocolError if no PUBREL was sent for it; nothing has changed then.
   */
  handlePubcomp(packetIdentifier: number): Delivery<M> | 'unknown' {
    return this.#handle(packetIdentifier, 'pubcomp');
  }

  /**
   * Gives up a delivery whose PUBLISH cannot be sent again because the peer's Maximum Packet Size is smaller now; it
   * counts as completed [MQTT-3.1.2-25]. The delivery is `done` at QoS 1. At QoS 2 the peer may have taken the message
   * and would take the next one with this identifier for a duplicate: it is `awaitingPubcomp`, send PUBREL. `unknown` if
   * there is no such delivery; an error if it is `awaitingPubcomp` already.
   */
  discard(packetIdentifier: number): Delivery<M> | 'unknown' {
    return this.#handle(packetIdentifier, 'discarded');
  }

  /** The delivery with this Packet Identifier; undefined if there is none. */
  find(packetIdentifier: number): Delivery<M> | undefined {
    return this.#find(packetIdentifier);
  }

  /** Everything in flight in the order of {@link nextResend}. */
  deliveries(): IterableIterator<Delivery<M>> {
    return this.#inflight();
  }

  /** Everything in flight as plain data, in the order of {@link nextResend}. */
  exportState(): DeliveryRecord<M>[] {
    const records: DeliveryRecord<M>[] = [];
    for (const { packetIdentifier, state, message } of this.#inflight()) {
      if (state !== 'done') {
        records.push({ packetIdentifier, state, message });
      }
    }
    return records;
  }

  /** Takes over the deliveries of a stored session, oldest first. Only for a Sender that has nothing in flight; RangeError on a bad or doubled identifier. */
  restore(records: readonly DeliveryRecord<M>[]): void {
    if (this.inflightCount > 0 || this.#receiveMaximum > 0) {
      throw new Error('a Sender can only be restored before it is used');
    }
    this.#identifiers.restore(records.map(({ packetIdentifier }) => packetIdentifier));
    for (const { packetIdentifier, state, message } of records) {
      const qos = state === 'awaitingPuback' ? 1 : 2;
      const delivery = new InflightDelivery(packetIdentifier, qos, message, this.#connection);
      delivery.state = state;
      if (state === 'awaitingPubcomp') {
        this.#released ??= new InflightTable();
        this.#released.add(delivery);
      } else {
        this.#unacknowledged ??= new InflightTable();
        this.#unacknowledged.add(delivery);
      }
    }
    this.#reset(0);
  }

  // The one place where a delivery changes its state: look up, ask the table (which may refuse), then the books.
  #handle(packetIdentifier: number, event: SenderEvent): Delivery<M> | 'unknown' {
    const delivery = this.#find(packetIdentifier);
    if (delivery === undefined) {
      return 'unknown';
    }
    const next = step(delivery, event);
    if (delivery.connection !== this.#connection) {
      // Answered before it was sent again on this connection: nothing of it is left to resend.
      this.#countResend(delivery);
    }
    if (next === delivery.state) {
      return delivery;
    }
    this.#remove(delivery);
    delivery.state = next;
    if (next === 'awaitingPubcomp') {
      this.#released ??= new InflightTable();
      this.#released.add(delivery);
      return delivery;
    }
    this.#outstanding -= 1;
    this.#identifiers.release(packetIdentifier);
    return delivery;
  }

  #find(packetIdentifier: number): InflightDelivery<M> | undefined {
    return this.#unacknowledged?.get(packetIdentifier) ?? this.#released?.get(packetIdentifier);
  }

  /** Takes a delivery out of the table that it is in; what is sent again goes on with the one behind it. */
  #remove(delivery: InflightDelivery<M>): void {
    if (delivery.state === 'awaitingPubcomp') {
      if (this.#resendingReleased === delivery) this.#resendingReleased = delivery.next;
      this.#released?.remove(delivery);
    } else {
      if (this.#resendingUnacknowledged === delivery) this.#resendingUnacknowledged = delivery.next;
      this.#unacknowledged?.remove(delivery);
    }
  }

  *#inflight(): Generator<InflightDelivery<M>, undefined> {
    yield* this.#released?.values() ?? [];
    yield* this.#unacknowledged?.values() ?? [];
    return undefined;
  }

  #reset(receiveMaximum: number): void {
    this.#receiveMaximum = receiveMaximum;
    this.#connection += 1;
    this.#outstanding = this.#released?.size ?? 0;
    this.#resendsLeft = this.inflightCount;
    this.#resendingReleased = undefined;
    this.#resendingUnacknowledged = undefined;
  }

  // PUBREL is outstanding from `connect` on, PUBLISH from when it is sent again.
  #countResend(delivery: InflightDelivery<M>): void {
    delivery.connection = this.#connection;
    this.#resendsLeft -= 1;
    if (delivery.state !== 'awaitingPubcomp') {
      this.#outstanding += 1;
    }
  }
}

class InflightDelivery<M> implements Delivery<M>, InflightEntry<InflightDelivery<M>> {
  readonly packetIdentifier: number;
  readonly qos: 1 | 2;
  readonly message: M;
  state: DeliveryState | 'done';
  connection: number;
  next: InflightDelivery<M> | undefined = undefined;
  previous: InflightDelivery<M> | undefined = undefined;
  chained: InflightDelivery<M> | undefined = undefined;

  constructor(packetIdentifier: number, qos: 1 | 2, message: M, connection: number) {
    this.packetIdentifier = packetIdentifier;
    this.qos = qos;
    this.message = message;
    this.state = qos === 1 ? 'awaitingPuback' : 'awaitingPubrec';
    this.connection = connection;
  }
}

/** What can happen to a delivery. `pubrecError`: PUBREC with a Reason Code of 0x80 or greater. */
type SenderEvent = 'puback' | 'pubrec' | 'pubrecError' | 'pubcomp' | 'discarded';

type SenderSteps = Readonly<Partial<Record<SenderEvent, DeliveryState | 'done'>>>;

const SENDER_STEPS: Readonly<Record<DeliveryState | 'done', SenderSteps>> = {
  awaitingPuback: { puback: 'done', discarded: 'done' },
  awaitingPubrec: { pubrec: 'awaitingPubcomp', pubrecError: 'done', discarded: 'awaitingPubcomp' },
  awaitingPubcomp: { pubrec: 'awaitingPubcomp', pubcomp: 'done' }, // a repeated PUBREC is answered again
  done: {},
};

function step(delivery: Delivery<unknown>, event: SenderEvent): DeliveryState | 'done' {
  const next = SENDER_STEPS[delivery.state][event];
  if (next !== undefined) {
    return next;
  }
  const what = `${EVENT_NAMES[event]} for Packet Identifier ${delivery.packetIdentifier} (QoS ${delivery.qos})`;
  if (event === 'discarded') {
    throw new Error(`${what} that is ${delivery.state}: only PUBLISH can be too large`);
  }
  throw new ProtocolError(`${what} that is ${delivery.state}`, { statement: 'MQTT-3.3.4-1' });
}

const EVENT_NAMES: Readonly<Record<SenderEvent, string>> = {
  puback: 'PUBACK',
  pubrec: 'PUBREC',
  pubrecError: 'PUBREC with an error',
  pubcomp: 'PUBCOMP',
  discarded: 'discard',
};
