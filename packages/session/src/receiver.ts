import { ProtocolError, ReasonCode } from '@skua/codec';

import { InflightTable, type InflightEntry } from './inflight-table.ts';

// The receiving side of QoS 1 and 2 (section 4.3), the same code for a client and for a server.
//
// What is known of a Packet Identifier is one of the states below; one without a state is idle. Every legal step is in
// RECEIVER_STEPS, a step that is not there throws and changes nothing. Identifiers of QoS 2 belong to the session, all
// else to the connection: after a reconnect a QoS 1 message that was not acknowledged comes again as a new one.

/** What a QoS 1 or 2 PUBLISH is to its receiver: see {@link Receiver.handlePublish}. */
export type PublishOutcome = 'new' | 'duplicate' | 'repeated' | 'identifierInUse';

/**
 * The receiving side of QoS 1 and 2 (section 4.3) for one session: duplicates of QoS 2, and how many messages the peer
 * has under way (section 4.9). Used by a server for what clients publish, by a client for what is delivered to it.
 */
export class Receiver {
  /** What is known of a Packet Identifier; one that is not there is idle. */
  #known: InflightTable<KnownIdentifier> | undefined;
  /**
   * The identifier of a QoS 1 message whose PUBACK is due, 0: none. There is one at most while each is answered before the
   * next arrives; those that wait for longer are known in the table.
   */
  #pubackDue = 0;
  /** Ours, as told to the peer. 0: there is no connection. */
  #receiveMaximum = 0;
  /** PUBLISH packets of this connection without PUBACK, PUBREL or PUBREC with an error. */
  #unacknowledgedCount = 0;

  /** How many PUBLISH packets of this connection are not completely acknowledged. */
  get unacknowledgedCount(): number {
    return this.#unacknowledgedCount;
  }

  /**
   * A connection begins. `receiveMaximum` is the one that we told the peer, 1 to 65,535 (the default of the
   * specification); RangeError otherwise.
   */
  connect(receiveMaximum: number): void {
    if (!Number.isInteger(receiveMaximum) || receiveMaximum < 1 || receiveMaximum > 0xffff) {
      throw new RangeError(`Receive Maximum is ${receiveMaximum}; allowed: 1 to 65,535`);
    }
    this.disconnect();
    this.#receiveMaximum = receiveMaximum;
  }

  /** The connection is gone: only the Packet Identifiers of accepted QoS 2 messages stay. */
  disconnect(): void {
    this.#receiveMaximum = 0;
    this.#unacknowledgedCount = 0;
    this.#pubackDue = 0;
    for (const entry of this.#known?.values() ?? []) {
      if (entry.state === 'pubackDue') {
        this.#known?.remove(entry);
      } else {
        entry.state = 'awaitingPubrelFromBefore';
      }
    }
    if (this.#known?.size === 0) {
      this.#known = undefined;
    }
  }

  /**
   * A PUBLISH of QoS 1 or 2 arrived. What to do with it:
   *
   * - `new`: take ownership of the message. At QoS 1 send PUBACK and call {@link sendPuback}, at QoS 2 PUBREC and call
   *   {@link sendPubrec}.
   * - `duplicate`: a QoS 2 message that was taken already. Send PUBREC, do not deliver it [MQTT-4.3.3-10]. If the first
   *   PUBREC still waits for the message to be stored this one waits behind it.
   * - `repeated`: a QoS 1 message whose PUBACK is still to be sent. That PUBACK answers both.
   * - `identifierInUse`: the identifier is that of a message of the other QoS: `VersionRules.packetIdentifierInUse`.
   *
   * ProtocolError 0x93 if the peer has more under way than our Receive Maximum [MQTT-3.3.4-7] [MQTT-3.3.4-9]; nothing
   * has changed then.
   */
  handlePublish(packetIdentifier: number, qos: 1 | 2): PublishOutcome {
    const entry = this.#known?.get(packetIdentifier);
    const state = packetIdentifier === this.#pubackDue ? 'pubackDue' : entry?.state;
    const { outcome, next } = PUBLISH_STEPS[state ?? 'idle'][qos];
    if (next === state) {
      return outcome;
    }
    if (this.#unacknowledgedCount >= this.#receiveMaximum) {
      throw new ProtocolError(
        `PUBLISH with Packet Identifier ${packetIdentifier} exceeds the Receive Maximum of ${this.#receiveMaximum}`,
        { reasonCode: ReasonCode.ReceiveMaximumExceeded, statement: 'MQTT-4.9.0-2' },
      );
    }
    this.#unacknowledgedCount += 1;
    if (entry !== undefined) {
      entry.state = next;
    } else if (next === 'pubackDue' && this.#pubackDue === 0) {
      this.#pubackDue = packetIdentifier;
    } else {
      this.#add(packetIdentifier, next);
    }
    return outcome;
  }

  /** PUBACK leaves, with whatever Reason Code: the identifier may be used again [MQTT-4.3.2-5]. Without effect if none is due, as after a reconnect. */
  sendPuback(packetIdentifier: number): void {
    if (packetIdentifier === this.#pubackDue && packetIdentifier !== 0) {
      this.#pubackDue = 0;
      this.#unacknowledgedCount -= 1;
      return;
    }
    const entry = this.#known?.get(packetIdentifier);
    if (entry?.state === 'pubackDue') {
      this.#forget(entry);
    }
  }

  /**
   * PUBREC leaves. With a Reason Code of 0x80 or greater the message was not taken, and the next PUBLISH with this
   * identifier is a new one [MQTT-4.3.3-9]; otherwise the identifier stays known until PUBREL.
   */
  sendPubrec(packetIdentifier: number, reasonCode: number): void {
    if (reasonCode < 0x80) {
      return;
    }
    const entry = this.#known?.get(packetIdentifier);
    if (entry !== undefined && entry.state !== 'pubackDue') {
      this.#forget(entry);
    }
  }

  /**
   * PUBREL arrived. `released`: send PUBCOMP; the identifier may be used again [MQTT-4.3.3-12]. `unknown`: send PUBCOMP
   * with 0x92 in 5.0, a plain PUBCOMP otherwise. ProtocolError if the identifier is that of a QoS 1 message that is
   * still to be acknowledged; nothing has changed then.
   */
  handlePubrel(packetIdentifier: number): 'released' | 'unknown' {
    const entry = this.#known?.get(packetIdentifier);
    if (entry?.state === 'pubackDue' || (packetIdentifier === this.#pubackDue && packetIdentifier !== 0)) {
      throw new ProtocolError(`PUBREL for Packet Identifier ${packetIdentifier} of a QoS 1 message`, {
        statement: 'MQTT-4.3.3-4',
      });
    }
    if (entry === undefined) {
      return 'unknown';
    }
    this.#forget(entry);
    return 'released';
  }

  /** The Packet Identifiers of QoS 2 messages that wait for PUBREL, oldest first: what a stored session keeps. */
  exportState(): number[] {
    const packetIdentifiers: number[] = [];
    for (const { packetIdentifier, state } of this.#known?.values() ?? []) {
      if (state !== 'pubackDue') {
        packetIdentifiers.push(packetIdentifier);
      }
    }
    return packetIdentifiers;
  }

  /** Takes over the identifiers of a stored session. Only for a Receiver that was not used; RangeError on a bad or doubled identifier. */
  restore(packetIdentifiers: readonly number[]): void {
    if (this.#known !== undefined || this.#receiveMaximum > 0) {
      throw new Error('a Receiver can only be restored before it is used');
    }
    const taken = new Set<number>();
    for (const packetIdentifier of packetIdentifiers) {
      if (!Number.isInteger(packetIdentifier) || packetIdentifier < 1 || packetIdentifier > 0xffff) {
        throw new RangeError(`${packetIdentifier} is no Packet Identifier; allowed: 1 to 65,535`);
      }
      taken.add(packetIdentifier);
    }
    if (taken.size < packetIdentifiers.length) {
      throw new RangeError('a Packet Identifier is given twice');
    }
    for (const packetIdentifier of taken) {
      this.#add(packetIdentifier, 'awaitingPubrelFromBefore');
    }
  }

  #add(packetIdentifier: number, state: ReceiverState): void {
    this.#known ??= new InflightTable();
    this.#known.add({ packetIdentifier, state, next: undefined, previous: undefined, chained: undefined });
  }

  #forget(entry: KnownIdentifier): void {
    this.#known?.remove(entry);
    if (entry.state !== 'awaitingPubrelFromBefore') {
      this.#unacknowledgedCount -= 1;
    }
  }
}

interface KnownIdentifier extends InflightEntry<KnownIdentifier> {
  state: ReceiverState;
}

/** `awaitingPubrelFromBefore`: its PUBLISH came on an earlier connection, so it does not count for this one (section 4.9). */
type ReceiverState = 'pubackDue' | 'awaitingPubrel' | 'awaitingPubrelFromBefore';

interface PublishStep {
  readonly outcome: PublishOutcome;
  readonly next: ReceiverState;
}

const PUBLISH_STEPS: Readonly<Record<ReceiverState | 'idle', Readonly<Record<1 | 2, PublishStep>>>> = {
  idle: {
    1: { outcome: 'new', next: 'pubackDue' },
    2: { outcome: 'new', next: 'awaitingPubrel' },
  },
  pubackDue: {
    1: { outcome: 'repeated', next: 'pubackDue' },
    2: { outcome: 'identifierInUse', next: 'pubackDue' },
  },
  awaitingPubrel: {
    1: { outcome: 'identifierInUse', next: 'awaitingPubrel' },
    2: { outcome: 'duplicate', next: 'awaitingPubrel' },
  },
  awaitingPubrelFromBefore: {
    1: { outcome: 'identifierInUse', next: 'awaitingPubrelFromBefore' },
    2: { outcome: 'duplicate', next: 'awaitingPubrel' }, // sent again: it counts from here on
  },
};
