import type { Connection } from './connection.ts';
import { clientFrame } from './web-socket-frame.ts';

/** The types of packets that are two bytes and a Packet Identifier. */
export const PUBACK = 4;
export const PUBREC = 5;
export const PUBREL = 6;
export const PUBCOMP = 7;
export const SUBACK = 9;
export const UNSUBACK = 11;

/**
 * Collects acknowledgements of a connection and writes them together. The slab is written again only if the kernel took
 * all of it; otherwise a new one is made.
 */
export class SmallPackets {
  readonly #connection: Connection;
  readonly #webSocket: boolean;
  #slab: Buffer = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #length = 0;

  constructor(connection: Connection, webSocket: boolean) {
    this.#connection = connection;
    this.#webSocket = webSocket;
  }

  /** Adds a PUBACK, PUBREC, PUBREL or PUBCOMP without Reason Code. */
  add(packetType: number, packetIdentifier: number): void {
    if (this.#length + FRAME_BYTES_MAX > SLAB_BYTES) this.flush();
    if (this.#webSocket) {
      const frame = clientFrame(Uint8Array.of(firstByte(packetType), 2, packetIdentifier >> 8, packetIdentifier));
      this.#slab.set(frame, this.#length);
      this.#length += frame.length;
      return;
    }
    const slab = this.#slab;
    slab[this.#length] = firstByte(packetType);
    slab[this.#length + 1] = 2;
    slab[this.#length + 2] = packetIdentifier >> 8;
    slab[this.#length + 3] = packetIdentifier;
    this.#length += 4;
  }

  /** Writes what was added. */
  flush(): void {
    if (this.#length === 0) return;
    this.#connection.writeFramed(this.#slab.subarray(0, this.#length));
    this.#length = 0;
    if (!this.#connection.isFlushed) this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  }
}

function firstByte(packetType: number): number {
  return (packetType << 4) | (packetType === PUBREL ? 2 : 0);
}

const SLAB_BYTES = 16_384;
/** With WebSocket framing. */
const FRAME_BYTES_MAX = 10;
