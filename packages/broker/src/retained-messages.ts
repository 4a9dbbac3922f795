import { TopicTree, type TopicFilter, type TopicName } from '@skua/topics';

import type { BrokerCounters } from './counters.ts';
import { isExpired, ownMessage, type Message } from './message.ts';

/**
 * What became of a message that was to be retained: the message as it is kept; `removed`, because its payload is empty;
 * `nothing` was there to be removed; `full`: there is no room for it, `fullAndRemoved`: nor for what it was to replace.
 */
export type RetainOutcome = Message | 'removed' | 'nothing' | 'full' | 'fullAndRemoved';

/** The retained messages, one for a Topic Name (section 3.3.1.3). Expired ones go when they are met. */
export class RetainedMessages {
  readonly #messages = new TopicTree<Retained>();
  readonly #counters: BrokerCounters;
  readonly #messagesMax: number;
  readonly #bytesMax: number;
  #sequence = 0;
  /** Rises with every change: while it stays the same, all that {@link matching} gave is still retained. */
  changes = 0;

  constructor(counters: BrokerCounters, messagesMax: number, bytesMax: number) {
    this.#counters = counters;
    this.#messagesMax = messagesMax;
    this.#bytesMax = bytesMax;
  }

  get size(): number {
    return this.#messages.size;
  }

  /** Rises with every message that is retained: what {@link matching} takes as `sequenceMax`. */
  get sequence(): number {
    return this.#sequence;
  }

  /** The message retained for a Topic Name. */
  get(topicName: TopicName): Message | undefined {
    return this.#messages.get(topicName)?.message;
  }

  /** Replaces [MQTT-3.3.1-5] or, by an empty payload, removes [MQTT-3.3.1-6] the message of a Topic Name. */
  retain(message: Message): RetainOutcome {
    const { topicName } = message;
    if (message.payload.byteLength === 0) {
      // [MQTT-3.3.1-7]
      return this.remove(topicName) ? 'removed' : 'nothing';
    }
    const bytes = messageBytes(message);
    if (!this.#hasRoom(topicName, bytes)) {
      // The old value must not outlive the newer one that subscribers have seen.
      return this.remove(topicName) ? 'fullAndRemoved' : 'full';
    }
    this.#sequence++;
    this.changes++;
    const kept = ownMessage(message);
    const previous = this.#messages.set(topicName, { message: kept, sequence: this.#sequence });
    this.#counters.retainedBytesNow += bytes - (previous === undefined ? 0 : messageBytes(previous.message));
    this.#counters.retainedNow = this.#messages.size;
    return kept;
  }

  #hasRoom(topicName: TopicName, bytes: number): boolean {
    const { retainedBytesNow } = this.#counters;
    // Mostly there is room whatever it replaces, and the tree need not be asked.
    if (this.#messages.size < this.#messagesMax && retainedBytesNow + bytes <= this.#bytesMax) return true;
    const previous = this.get(topicName);
    if (previous === undefined) return false;
    const growth = bytes - messageBytes(previous);
    return growth <= 0 || retainedBytesNow + growth <= this.#bytesMax;
  }

  /** @returns false when there was none. */
  remove(topicName: TopicName): boolean {
    const previous = this.#messages.delete(topicName)?.message;
    if (previous === undefined) return false;
    this.changes++;
    this.#counters.retainedBytesNow -= messageBytes(previous);
    this.#counters.retainedNow = this.#messages.size;
    return true;
  }

  /**
   * The messages that a filter matches. Those that have expired are removed and given to `expired`.
   *
   * @param sequenceMax what {@link sequence} was when they were asked for; newer ones are left out
   */
  matching(
    filter: TopicFilter,
    now: number,
    expired: (message: Message) => void,
    sequenceMax: number = Infinity,
  ): Message[] {
    const found: Message[] = [];
    const gone: Message[] = [];
    this.#messages.match(filter, ({ message, sequence }) => {
      if (isExpired(message, now)) gone.push(message);
      else if (sequence <= sequenceMax) found.push(message);
    });
    for (const message of gone) {
      this.remove(message.topicName);
      expired(message);
    }
    return found;
  }
}

interface Retained {
  readonly message: Message;
  readonly sequence: number;
}

/** What a message counts for in limits by bytes. */
export function messageBytes(message: Message): number {
  return message.payload.byteLength + message.topicName.length;
}
