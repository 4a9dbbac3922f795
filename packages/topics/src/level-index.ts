import { copyLevels, hashLevel, levelEnd, sameLevel } from './levels.ts';

// Why not a Map by the level's text: in a tree of a million filters a match costs what it misses in the processor's caches.
// A Map touches its own object, its table, and an entry and a key string for each element of a chain of about 1.5; this
// table touches one slot and one node, and needs no substring to ask with. Matches were twice as fast.
//
// What would break it: levels that a peer chose for their hash. Therefore a run of occupied slots is never followed
// further than PROBES_MAX: when an insertion would need more, and the table is not crowded, all nodes move into a Map,
// whose hash is seeded by the engine.

/** What a {@link LevelIndex} holds: nodes, each known by the level that stands in its text at `start`. */
export interface Indexed {
  readonly text: string;
  readonly start: number;
  /** `hashLevel` of the level at `start`; kept by the index while the node is in it. */
  hash: number;
}

/** Many nodes by one level each: a hash table with open addressing and linear probing. */
export class LevelIndex<N extends Indexed> {
  // At most half full; the length is a power of two.
  #slots: (N | undefined)[] = emptySlots<N>(SLOTS_MIN);
  #colliding: Map<string, N> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The node of the level that stands in `text` at `position`, `hash` being its `hashLevel`. */
  get(text: string, position: number, hash: number): N | undefined {
    if (this.#colliding !== undefined) return this.#colliding.get(text.slice(position, levelEnd(text, position)));
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let i = hash & mask; ; i = (i + 1) & mask) {
      const node = slots[i];
      if (node === undefined) return undefined;
      if (node.hash === hash && sameLevel(node.text, node.start, text, position)) return node;
    }
  }

  /** Adds a node of a level that is not there yet. */
  add(node: N): void {
    node.hash = hashLevel(node.text, node.start);
    this.#size++;
    if (this.#colliding === undefined && this.#size * 2 > this.#slots.length) this.#resize(this.#slots.length * 2);
    this.#place(node);
  }

  /** Puts a node in the place of another one of the same level. */
  replace(node: N, replacement: N): void {
    replacement.hash = node.hash;
    if (this.#colliding !== undefined) this.#colliding.set(levelOf(replacement), replacement);
    else this.#slots[this.#slotOf(node)] = replacement;
  }

  /** Takes out a node that is there. */
  delete(node: N): void {
    this.#size--;
    if (this.#colliding !== undefined) {
      this.#colliding.delete(levelOf(node));
      return;
    }
    this.#vacate(this.#slotOf(node));
    if (this.#slots.length > SLOTS_MIN && this.#size * 8 < this.#slots.length) this.#resize(this.#slots.length / 2);
  }

  /** All nodes, in no particular order. */
  values(): N[] {
    if (this.#colliding !== undefined) return [...this.#colliding.values()];
    const nodes: N[] = [];
    for (const node of this.#slots) if (node !== undefined) nodes.push(node);
    return nodes;
  }

  #place(node: N): void {
    while (this.#colliding === undefined) {
      const slots = this.#slots;
      const mask = slots.length - 1;
      for (let i = node.hash & mask, probes = 0; probes < PROBES_MAX; i = (i + 1) & mask, probes++) {
        if (slots[i] === undefined) {
          slots[i] = node;
          return;
        }
      }
      if (this.#size * 8 > slots.length) this.#resize(slots.length * 2);
      else this.#collide();
    }
    this.#colliding.set(levelOf(node), node);
  }

  #resize(length: number): void {
    const nodes = this.values();
    this.#slots = emptySlots(length);
    for (const node of nodes) this.#place(node);
  }

  #collide(): void {
    this.#colliding = new Map(this.values().map((node) => [levelOf(node), node]));
    this.#slots = [];
  }

  #slotOf(node: N): number {
    const mask = this.#slots.length - 1;
    let i = node.hash & mask;
    while (this.#slots[i] !== node) i = (i + 1) & mask;
    return i;
  }

  // Nodes behind the hole move up, so that no search stops at it too early.
  #vacate(slot: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let hole = slot;
    for (let i = (slot + 1) & mask; ; i = (i + 1) & mask) {
      const node = slots[i];
      if (node === undefined) break;
      // It may move up unless its own place lies between the hole and where it is now.
      if (((i - node.hash) & mask) < ((i - hole) & mask)) continue;
      slots[hole] = node;
      hole = i;
    }
    slots[hole] = undefined;
  }
}

// A key outlives the node that it came from, so it must not hold on to that node's text.
function levelOf(node: Indexed): string {
  return copyLevels(node.text, node.start, levelEnd(node.text, node.start));
}

function emptySlots<N>(length: number): (N | undefined)[] {
  return Array.from({ length }, () => undefined);
}

const SLOTS_MIN = 16;
// In a table that is at most an eighth full, chance alone does not make a run of 64 (less than once in 10^15 insertions).
const PROBES_MAX = 64;
