import type { TopicName } from '@skua/topics';

/** How one PUBLISH uses a Topic Alias. */
export interface TopicAliasUse {
  /** 1 to the peer's Topic Alias Maximum. */
  readonly topicAlias: number;
  /** Whether the Topic Name goes along and sets the alias; otherwise the Topic Name is sent empty. */
  readonly setsAlias: boolean;
}

/**
 * Chooses Topic Aliases for what we send (section 3.3.2.3.4), by traffic. Make a new one for each connection
 * [MQTT-3.3.2-7].
 *
 * While aliases are left every Topic Name gets one. Then a Topic Name that comes a second time within a while takes over the
 * alias of one that is not used any more: each alias has a small counter that its use raises, and a hand that goes
 * round lowers, at most {@link SWEEP_STEPS} of them for a message, until it finds one at zero. So a message costs O(1),
 * busy topics keep their alias, and the same messages always get the same aliases.
 */
export class TopicAliasSender {
  readonly #topicAliasMaximum: number;
  /** By alias minus 1. */
  readonly #slots: Slot[] = [];
  #slotByTopicName: Map<TopicName, Slot> | undefined;
  #hand = 0;
  /** Topic Names without an alias that came lately, in two generations so that the oldest go together. */
  #recent: Set<TopicName> | undefined;
  #earlier: Set<TopicName> | undefined;

  /**
   * `topicAliasMaximum`: the peer's, or less if the caller wants to hold fewer Topic Names; 0 to 65,535. With 0 no alias
   * is ever used [MQTT-3.1.2-27] [MQTT-3.2.2-18].
   */
  constructor(topicAliasMaximum: number) {
    this.#topicAliasMaximum = topicAliasMaximum;
  }

  /** How many aliases are set. */
  get size(): number {
    return this.#slots.length;
  }

  /**
   * How a PUBLISH on this topic that is sent now uses an alias; undefined: none. The packet must be sent, else the peer
   * does not learn the alias: see {@link revoke}.
   */
  use(topicName: TopicName): TopicAliasUse | undefined {
    if (this.#topicAliasMaximum === 0 || topicName.length <= ALIAS_BYTES) {
      return undefined; // The property alone is as long as the name.
    }
    const slot = this.#slotByTopicName?.get(topicName);
    if (slot !== undefined) {
      slot.traffic = Math.min(slot.traffic + 1, TRAFFIC_MAX);
      if (slot.isSet) {
        return slot.named;
      }
      slot.isSet = true;
      return slot.naming;
    }
    return this.#slots.length < this.#topicAliasMaximum
      ? this.#assign(new Slot(this.#slots.length + 1, topicName))
      : this.#takeOver(topicName);
  }

  /** The PUBLISH that was to set this alias is not sent after all: the Topic Name goes along the next time. */
  revoke(topicAlias: number): void {
    const slot = this.#slots[topicAlias - 1];
    if (slot !== undefined) {
      slot.isSet = false;
    }
  }

  #assign(slot: Slot): TopicAliasUse {
    this.#slots[slot.naming.topicAlias - 1] = slot;
    this.#slotByTopicName ??= new Map();
    this.#slotByTopicName.set(slot.topicName, slot);
    return slot.naming;
  }

  #takeOver(topicName: TopicName): TopicAliasUse | undefined {
    if (!this.#cameLately(topicName)) {
      return undefined;
    }
    for (let steps = 0; steps < SWEEP_STEPS; steps += 1) {
      const slot = this.#slots[this.#hand];
      this.#hand = (this.#hand + 1) % this.#slots.length;
      if (slot !== undefined && slot.traffic === 0) {
        this.#slotByTopicName?.delete(slot.topicName);
        this.#recent?.delete(topicName);
        this.#earlier?.delete(topicName);
        slot.topicName = topicName;
        slot.isSet = true;
        return this.#assign(slot);
      }
      if (slot !== undefined) {
        slot.traffic -= 1;
      }
    }
    return undefined;
  }

  #cameLately(topicName: TopicName): boolean {
    if (this.#recent?.has(topicName) === true || this.#earlier?.has(topicName) === true) {
      return true;
    }
    this.#recent ??= new Set();
    this.#recent.add(topicName);
    if (this.#recent.size >= Math.max(CANDIDATES_MIN, this.#topicAliasMaximum)) {
      this.#earlier = this.#recent;
      this.#recent = undefined;
    }
    return false;
  }
}

class Slot {
  topicName: TopicName;
  traffic = 1;
  /** Whether the peer was told. */
  isSet = true;
  // The two answers that are ever given for this alias, made once so that a message allocates nothing.
  readonly naming: TopicAliasUse;
  readonly named: TopicAliasUse;

  constructor(topicAlias: number, topicName: TopicName) {
    this.topicName = topicName;
    this.naming = { topicAlias, setsAlias: true };
    this.named = { topicAlias, setsAlias: false };
  }
}

/** What a Topic Alias adds to a packet: its identifier and a Two Byte Integer. */
const ALIAS_BYTES = 3;

/** Counters stop here, so that a topic that was busy once does not keep its alias for ever. */
const TRAFFIC_MAX = 15;

/** Counters that one message may lower. */
const SWEEP_STEPS = 4;

/** Topic Names that one generation of candidates remembers, at least. */
const CANDIDATES_MIN = 16;
