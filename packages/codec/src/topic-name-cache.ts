import type { TopicName } from '@skua/topics';

/** Where a cache reads: a {@link ByteReader} is one. */
export interface TopicNameSource {
  readonly bytes: Uint8Array;
  /** Where the length of the Topic Name is; moved behind the name when it is known. */
  position: number;
  readonly end: number;
}

/**
 * The Topic Names that were read lately, so that a name which comes again is compared and not made anew: no text is
 * decoded, judged and hashed for it, and whoever looks it up in a map finds the very same string.
 *
 * Bounded: a name has one place, by a hash of its bytes, and takes it over from whoever was there. Only ASCII names of up
 * to {@link NAME_BYTES_MAX} bytes are kept, which is nearly every one, since there one byte is one character.
 */
export class TopicNameCache {
  readonly #names: (TopicName | undefined)[];

  /** @param places how many names, a power of two; each holds a name of up to 256 characters */
  constructor(places: number) {
    if (places < 1 || (places & (places - 1)) !== 0)
      throw new RangeError(`places is ${places}; allowed: a power of two`);
    this.#names = Array.from({ length: places }, () => undefined);
  }

  /** The Topic Name (section 3.3.2.1) that comes next, if it is known; the reader's position is behind it then. */
  read(source: TopicNameSource): TopicName | undefined {
    const { bytes, position, end } = source;
    const start = position + 2;
    if (start > end) return undefined;
    const length = (bytes[position]! << 8) | bytes[position + 1]!;
    const stop = start + length;
    if (length > NAME_BYTES_MAX || stop > end) return undefined;
    let hash = length;
    for (let i = start; i < stop; i++) hash = (Math.imul(hash, HASH_FACTOR) ^ bytes[i]!) | 0;
    const name = this.#names[this.#placeOf(hash)];
    if (name === undefined || name.length !== length) return undefined;
    for (let i = 0; i < length; i++) if (name.charCodeAt(i) !== bytes[start + i]) return undefined;
    source.position = stop;
    return name;
  }

  /** A Topic Name that was read and judged. */
  add(name: TopicName): void {
    const { length } = name;
    if (length === 0 || length > NAME_BYTES_MAX) return;
    let hash = length;
    for (let i = 0; i < length; i++) {
      const code = name.charCodeAt(i);
      if (code > 0x7f) return;
      hash = (Math.imul(hash, HASH_FACTOR) ^ code) | 0;
    }
    this.#names[this.#placeOf(hash)] = name;
  }

  #placeOf(hash: number): number {
    return (hash ^ (hash >>> 15)) & (this.#names.length - 1);
  }
}

const NAME_BYTES_MAX = 256;
const HASH_FACTOR = 0x01000193;
