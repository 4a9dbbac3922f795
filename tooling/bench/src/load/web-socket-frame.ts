/** The masking key of every frame. Not zeros: a server may skip the work then. */
export const MASK: Uint8Array = Uint8Array.of(0x5a, 0xc3, 0x17, 0x8e);

/** A masked binary frame with these bytes (RFC 6455, section 5.2). */
export function clientFrame(payload: Uint8Array): Uint8Array {
  const extended = payload.length < 126 ? 0 : payload.length < 65_536 ? 2 : 8;
  const frame = Buffer.alloc(2 + extended + MASK.length + payload.length);
  frame[0] = 0x82;
  frame[1] = 0x80 | (extended === 0 ? payload.length : extended === 2 ? 126 : 127);
  if (extended === 2) frame.writeUInt16BE(payload.length, 2);
  if (extended === 8) frame.writeBigUInt64BE(BigInt(payload.length), 2);
  frame.set(MASK, 2 + extended);
  const start = 2 + extended + MASK.length;
  for (const [i, byte] of payload.entries()) frame[start + i] = byte ^ (MASK[i % MASK.length] ?? 0);
  return frame;
}

/**
 * Takes the framing off what a server sends: chunks that may end anywhere in, ranges of payload out. Control frames are
 * skipped, which is enough as long as nobody is asked for a PONG within a run.
 */
export class WebSocketUnframer {
  readonly #head: Uint8Array = new Uint8Array(10);
  #headBytes = 0;
  #left = 0;
  #isControl = false;

  /** Calls `take` with each range of MQTT bytes in the first `length` bytes of the chunk. */
  unframe(chunk: Uint8Array, length: number, take: (chunk: Uint8Array, start: number, end: number) => void): void {
    let position = 0;
    while (position < length) {
      if (this.#left === 0) {
        this.#head[this.#headBytes++] = chunk[position++] ?? 0;
        if (this.#headBytes < 2 || this.#headBytes < headLength(this.#head)) continue;
        this.#left = payloadLength(this.#head);
        this.#isControl = ((this.#head[0] ?? 0) & 0x08) !== 0;
        this.#headBytes = 0;
        continue;
      }
      const end = Math.min(length, position + this.#left);
      if (!this.#isControl) take(chunk, position, end);
      this.#left -= end - position;
      position = end;
    }
  }
}

function headLength(head: Uint8Array): number {
  const length = (head[1] ?? 0) & 0x7f;
  return length < 126 ? 2 : length === 126 ? 4 : 10;
}

function payloadLength(head: Uint8Array): number {
  const length = (head[1] ?? 0) & 0x7f;
  if (length < 126) return length;
  const view = new DataView(head.buffer);
  return length === 126 ? view.getUint16(2) : Number(view.getBigUint64(2));
}
