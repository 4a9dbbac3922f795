import { PublishTemplate, SHARED_PAYLOAD_BYTES_MIN, type ProtocolVersion, type QoS } from '@skua/codec';

import { FrameArena } from './frame-arena.ts';
import type { Journal } from './journal.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import { messageInFrame, ownMessage, remainingExpiryInterval, type Message } from './message.ts';

/** Where a message comes from as it was received, without Topic Alias: a PacketReader that has just given it. */
export interface FrameSource {
  readonly frame: Uint8Array;
  readonly protocolVersion: ProtocolVersion | undefined;
}

/**
 * What all receivers of one message share while it is routed: the encoded frames, one for each layout, the copy that
 * may be kept, and the identifier under which it was journalled. One object serves all messages in turn.
 */
export class FanOut {
  // By slot; a message has few layouts, so only the slots that it used are emptied after it.
  readonly #templates: (PublishTemplate | undefined)[] = Array.from({ length: 6 * 6 }, () => undefined);
  readonly #outgoing: (OutgoingMessage | undefined)[] = Array.from({ length: 6 }, () => undefined);
  readonly #usedTemplates: number[] = [];
  readonly #usedOutgoing: number[] = [];
  /** Whether a large payload goes into the frame like a small one. */
  inOnePiece: boolean = false;
  #message: Message | undefined = undefined;
  #owned: Message | undefined = undefined;
  #messageId = 0;
  #now = 0;
  // A message that leaves as it came is not encoded again: the frame that was received is the frame that is sent.
  readonly #arena = new FrameArena();
  #source: FrameSource | undefined = undefined;
  /** The layout that the message came in. */
  #sourceSlot: number = NO_SLOT;
  #ownFrame: Uint8Array | undefined = undefined;
  // The last template with Subscription Identifiers: many subscribers use the same ones.
  #identified: PublishTemplate | undefined = undefined;
  #identifiedSlot = -1;
  #identifiers: readonly number[] | undefined = undefined;

  /** The message that is being routed. */
  get routed(): Message {
    if (this.#message === undefined) throw new Error('no message is being routed');
    return this.#message;
  }

  /** Whether this is the message that is being routed, or the copy of it that is kept. */
  carries(message: Message): boolean {
    return message === this.#message || message === this.#owned;
  }

  /**
   * `source`: where the message was received in these very bytes a moment ago, if it was. `hasOneReceiver`: the payload need
   * not be shared, whatever its size.
   */
  begin(message: Message, now: number, source?: FrameSource, hasOneReceiver: boolean = false): void {
    if (this.#message !== undefined) throw new Error('a message is being routed already');
    // A large payload is not copied for each receiver but handed on by reference, until after the call: so it must not be
    // lent. If there is one receiver, at QoS 0, it is better copied once, to where it is sent from.
    this.inOnePiece = hasOneReceiver && message.qos === 0;
    this.#message =
      this.inOnePiece || message.payload.length < SHARED_PAYLOAD_BYTES_MIN ? message : ownMessage(message);
    this.#now = now;
    this.#source = source;
    const version = source?.protocolVersion;
    this.#sourceSlot = version === undefined ? NO_SLOT : layoutSlot(version, message.qos, message.retain);
  }

  /** Forgets everything, so that nothing is kept alive. */
  end(): void {
    for (let slot = this.#usedTemplates.pop(); slot !== undefined; slot = this.#usedTemplates.pop()) {
      this.#templates[slot] = undefined;
    }
    for (let slot = this.#usedOutgoing.pop(); slot !== undefined; slot = this.#usedOutgoing.pop()) {
      this.#outgoing[slot] = undefined;
    }
    this.#message = undefined;
    this.#owned = undefined;
    this.#source = undefined;
    this.#ownFrame = undefined;
    this.#messageId = 0;
    this.#identified = undefined;
    this.#identifiedSlot = -1;
    this.#identifiers = undefined;
  }

  /** The message in bytes of its own, one copy for all who keep it. */
  owned(): Message {
    if (this.#owned !== undefined) return this.#owned;
    const { routed } = this;
    const frame = this.#ownedFrame(routed);
    const owned = frame === undefined ? ownMessage(routed) : messageInFrame(routed, frame);
    this.#owned = owned;
    return owned;
  }

  /** The message on its way to a session that the journal does not follow: one object for all on the same terms. */
  outgoing(
    qos: QoS,
    retain: boolean,
    identifiers: readonly number[] | undefined,
    shared: string | undefined,
  ): OutgoingMessage {
    if (identifiers !== undefined || shared !== undefined) {
      return { message: this.owned(), qos, retain, identifiers, deliveryId: 0, shared };
    }
    const slot = qos * 2 + (retain ? 1 : 0);
    const known = this.#outgoing[slot];
    if (known !== undefined) return known;
    const outgoing: OutgoingMessage = { message: this.owned(), qos, retain, identifiers, deliveryId: 0, shared };
    this.#outgoing[slot] = outgoing;
    this.#usedOutgoing.push(slot);
    return outgoing;
  }

  /** The identifier of the message in the journal, which gets the message itself on the first call. */
  messageId(journal: Journal): number {
    if (this.#messageId === 0) {
      this.#messageId = journal.nextIdentifier();
      journal.append({ type: 'messageStored', messageId: this.#messageId, message: this.owned() });
    }
    return this.#messageId;
  }

  /** The message encoded for this layout, without Packet Identifier. */
  template(
    version: ProtocolVersion,
    qos: QoS,
    retain: boolean,
    identifiers: readonly number[] | undefined,
  ): PublishTemplate {
    const slot = layoutSlot(version, qos, retain);
    if (identifiers !== undefined) return this.#identifiedTemplate(slot, version, qos, retain, identifiers);
    const known = this.#templates[slot];
    if (known !== undefined) return known;
    const { routed } = this;
    const frame = slot === this.#sourceSlot ? this.#frameFor(routed, qos) : undefined;
    const template =
      frame === undefined
        ? encodeTemplate(routed, version, qos, retain, undefined, this.#now, this.inOnePiece)
        : new PublishTemplate(routed, version, qos, retain, { frame, inOnePiece: this.inOnePiece });
    this.#templates[slot] = template;
    this.#usedTemplates.push(slot);
    return template;
  }

  // Message Expiry Interval counts whole seconds, so it is still what was received.
  #frameFor(message: Message, qos: QoS): Uint8Array | undefined {
    // What has a Packet Identifier is stamped, in bytes of its own.
    return qos === 0 ? this.#source?.frame : this.#ownedFrame(message);
  }

  #ownedFrame(message: Message): Uint8Array | undefined {
    if (this.#source === undefined || message.payload.length >= SHARED_PAYLOAD_BYTES_MIN) return undefined;
    this.#ownFrame ??= this.#arena.copy(this.#source.frame);
    return this.#ownFrame;
  }

  #identifiedTemplate(
    slot: number,
    version: ProtocolVersion,
    qos: QoS,
    retain: boolean,
    identifiers: readonly number[],
  ): PublishTemplate {
    if (
      this.#identified !== undefined &&
      this.#identifiedSlot === slot &&
      sameNumbers(this.#identifiers, identifiers)
    ) {
      return this.#identified;
    }
    this.#identified = encodeTemplate(this.routed, version, qos, retain, identifiers, this.#now, this.inOnePiece);
    this.#identifiedSlot = slot;
    this.#identifiers = identifiers;
    return this.#identified;
  }
}

function layoutSlot(version: ProtocolVersion, qos: QoS, retain: boolean): number {
  return version * 6 + qos * 2 + (retain ? 1 : 0);
}

const NO_SLOT = -1;

/** Encodes a message for one layout, its Message Expiry Interval counted down [MQTT-3.3.2-6]. */
export function encodeTemplate(
  message: Message,
  version: ProtocolVersion,
  qos: QoS,
  retain: boolean,
  subscriptionIdentifiers: readonly number[] | undefined,
  now: number,
  inOnePiece: boolean = false,
): PublishTemplate {
  const messageExpiryInterval = remainingExpiryInterval(message, now);
  const layout = { subscriptionIdentifiers, messageExpiryInterval, inOnePiece };
  return new PublishTemplate(message, version, qos, retain, layout);
}

function sameNumbers(a: readonly number[] | undefined, b: readonly number[]): boolean {
  return a === b || (a !== undefined && a.length === b.length && a.every((value, index) => value === b[index]));
}
