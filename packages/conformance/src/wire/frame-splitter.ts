import { concatenate } from './frame.ts';

/**
 * Cuts a byte stream into MQTT frames by Remaining Length alone, whatever is inside. Bytes that can never become a frame
 * (a Remaining Length of more than four bytes) come out as one piece with everything after them.
 */
export class FrameSplitter {
  #rest: Uint8Array = new Uint8Array(0);

  /** Adds bytes and returns the frames that they complete. */
  push(chunk: Uint8Array): Uint8Array[] {
    this.#rest = this.#rest.length === 0 ? chunk : concatenate([this.#rest, chunk]);
    const frames: Uint8Array[] = [];
    for (;;) {
      const length = frameLength(this.#rest);
      if (length === undefined || length > this.#rest.length) return frames;
      frames.push(this.#rest.subarray(0, length));
      this.#rest = this.#rest.subarray(length);
    }
  }

  /** What did not become a frame. */
  get rest(): Uint8Array {
    return this.#rest;
  }
}

/** The length of the frame at the start, undefined while it cannot be told. */
function frameLength(bytes: Uint8Array): number | undefined {
  let remaining = 0;
  for (let index = 1; index < bytes.length; index += 1) {
    const digit = bytes[index] ?? 0;
    if (index === 5) return bytes.length;
    remaining += (digit & 0x7f) * 128 ** (index - 1);
    if (digit < 0x80) return index + 1 + remaining;
  }
  return undefined;
}
