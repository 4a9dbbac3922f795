import { PacketReader, type Packet, type ProtocolVersion } from '@skua/codec';

import type { Link } from '../src/link.ts';

/** A link that keeps what the broker writes and can be told to be congested. */
export class FakeLink implements Link {
  readonly received: Packet[] = [];
  readonly frames: Uint8Array[] = [];
  /** Payloads that came by reference, and what they were then: they must still be that when the call is over. */
  readonly references: { readonly payload: Uint8Array; readonly was: Uint8Array }[] = [];
  state: 'open' | 'closing' | 'destroyed' = 'open';
  paused = false;
  congested = false;
  /** Must stay 0 [MQTT-3.14.4-1]. */
  writtenAfterClose = 0;
  /** Throws instead of writing. */
  broken = false;
  /** Raw bytes are kept, not decoded, until the version is known. */
  #reader: PacketReader | undefined;

  useVersion(protocolVersion: ProtocolVersion): void {
    this.#reader = new PacketReader({ role: 'client', protocolVersion });
  }

  write(head: Uint8Array, payload?: Uint8Array): boolean {
    if (this.broken) throw new Error('the link is broken');
    if (this.state !== 'open') this.writtenAfterClose++;
    const frame = new Uint8Array(head.length + (payload?.length ?? 0));
    frame.set(head);
    if (payload !== undefined) {
      frame.set(payload, head.length);
      this.references.push({ payload, was: new Uint8Array(payload) });
    }
    this.frames.push(frame);
    if (this.#reader !== undefined) {
      this.#reader.push(frame);
      for (let packet = this.#reader.next(); packet !== undefined; packet = this.#reader.next()) {
        this.received.push(packet);
      }
    }
    return !this.congested;
  }

  close(): void {
    this.state = 'closing';
  }

  destroy(): void {
    this.state = 'destroyed';
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }
}
