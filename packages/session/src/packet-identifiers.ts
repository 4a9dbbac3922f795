/**
 * Gives out Packet Identifiers, 1 to 65,535, never one that is in use [MQTT-2.2.1-3] [MQTT-2.2.1-4].
 *
 * It is a counter that walks round, and a queue of the identifiers that were freed behind it. Identifiers in use and
 * freed ones together are always the last so many that the counter passed, so everything else is known to be free
 * without a table: a session with nothing in flight holds no memory but this object, and one with `n` in flight holds at
 * most `n` at its peak plus {@link REUSE_DISTANCE} numbers. Every step is O(1), restoring apart.
 */
export class PacketIdentifiers {
  /** The identifier that the counter passed last; 0 before the first. */
  #last = 0;
  #inUse = 0;
  #freed: number[] | undefined;
  #freedHead = 0;

  /** How many identifiers are in use. */
  get size(): number {
    return this.#inUse;
  }

  /** Whether {@link allocate} would return undefined: all 65,535 are in use. */
  get isExhausted(): boolean {
    return this.#inUse === PACKET_IDENTIFIER_MAX;
  }

  /** Takes an unused identifier; undefined when all 65,535 are in use. */
  allocate(): number | undefined {
    const freedCount = this.#freedCount();
    const fresh = PACKET_IDENTIFIER_MAX - this.#inUse - freedCount;
    if (freedCount > REUSE_DISTANCE || fresh === 0) {
      return freedCount === 0 ? undefined : this.#reuse();
    }
    this.#inUse += 1;
    this.#last = (this.#last % PACKET_IDENTIFIER_MAX) + 1;
    return this.#last;
  }

  /**
   * Gives an identifier back. It must be in use: whoever holds the record of the exchange knows. RangeError when it
   * certainly is not; releasing a freed one twice is not noticed in every case.
   */
  release(packetIdentifier: number): void {
    if (!this.#isBehindCounter(packetIdentifier)) {
      throw new RangeError(`Packet Identifier ${packetIdentifier} is not in use`);
    }
    this.#inUse -= 1;
    if (this.#inUse === 0) {
      // Nothing in use: the counter alone says it all again, and the longest possible time passes before a reuse.
      this.#freed = undefined;
      this.#freedHead = 0;
      return;
    }
    this.#freed ??= [];
    this.#freed.push(packetIdentifier);
  }

  /**
   * Marks the identifiers of a restored session as in use. RangeError if one is no identifier or is given twice; an
   * error if any is in use already. Takes time in proportion to the distance between the first and the last of them.
   */
  restore(packetIdentifiers: Iterable<number>): void {
    if (this.#inUse > 0) {
      throw new Error('Packet Identifiers can only be restored while none is in use');
    }
    const sorted = [...packetIdentifiers].toSorted((a, b) => a - b);
    checkIdentifiers(sorted);
    const first = firstAfterWidestGap(sorted);
    const freed: number[] = [];
    for (let index = 0; index < sorted.length; index += 1) {
      const current = sorted[(first + index) % sorted.length] ?? 0;
      const between = index === 0 ? 0 : distance(this.#last, current) - 1;
      for (let step = 1; step <= between; step += 1) {
        freed.push(((this.#last + step - 1) % PACKET_IDENTIFIER_MAX) + 1);
      }
      this.#last = current;
    }
    this.#inUse = sorted.length;
    this.#freed = freed.length > 0 ? freed : undefined;
    this.#freedHead = 0;
  }

  #freedCount(): number {
    return this.#freed === undefined ? 0 : this.#freed.length - this.#freedHead;
  }

  #isBehindCounter(packetIdentifier: number): boolean {
    const inRange = packetIdentifier >= 1 && packetIdentifier <= PACKET_IDENTIFIER_MAX;
    const back = (this.#last - packetIdentifier + PACKET_IDENTIFIER_MAX) % PACKET_IDENTIFIER_MAX;
    return inRange && this.#inUse > 0 && back < this.#inUse + this.#freedCount();
  }

  #reuse(): number | undefined {
    const freed = this.#freed;
    const oldest = freed?.[this.#freedHead];
    if (freed === undefined || oldest === undefined) {
      return undefined;
    }
    this.#inUse += 1;
    this.#freedHead += 1;
    if (this.#freedHead > REUSE_DISTANCE && this.#freedHead * 2 > freed.length) {
      // Moving the rest down when it is the smaller half costs less than one step per identifier taken since.
      freed.splice(0, this.#freedHead);
      this.#freedHead = 0;
    }
    return oldest;
  }
}

function checkIdentifiers(sorted: readonly number[]): void {
  for (const [index, identifier] of sorted.entries()) {
    if (!Number.isInteger(identifier) || identifier < 1 || identifier > PACKET_IDENTIFIER_MAX) {
      throw new RangeError(`${identifier} is no Packet Identifier; allowed: 1 to 65,535`);
    }
    if (sorted[index - 1] === identifier) {
      throw new RangeError(`Packet Identifier ${identifier} is given twice`);
    }
  }
}

// The counter is to stand on the last identifier before the widest gap: then the fewest numbers lie between the others.
function firstAfterWidestGap(sorted: readonly number[]): number {
  let widest = 0;
  let first = 0;
  let previous = sorted.at(-1) ?? 0;
  for (const [index, identifier] of sorted.entries()) {
    const gap = distance(previous, identifier);
    if (gap > widest) {
      widest = gap;
      first = index;
    }
    previous = identifier;
  }
  return first;
}

// Steps that the counter takes from one identifier to another, 1 to 65,535: from an identifier to itself is once round.
function distance(from: number, to: number): number {
  return ((to - from - 1 + PACKET_IDENTIFIER_MAX) % PACKET_IDENTIFIER_MAX) + 1;
}

/** The greatest Packet Identifier (section 2.2.1), which is also how many there are. */
const PACKET_IDENTIFIER_MAX = 0xffff;

/**
 * So many other identifiers are given out before a freed one comes back, as long as there are any: an acknowledgement
 * that arrives twice then finds nothing instead of somebody else's delivery.
 */
const REUSE_DISTANCE = 64;
