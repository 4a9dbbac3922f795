import type { Transport, TransportHandlers } from '../transport.ts';

/** Opens a transport, keeps everything that it reports, and lets a test wait for it without a clock. */
export class TransportRecorder implements TransportHandlers {
  readonly transport: Transport;
  /** Every chunk as it was given, not copied: a transport that reuses its memory is found out. */
  readonly chunks: Uint8Array[] = [];
  receivedBytes = 0;
  writable = 0;
  ended = 0;
  closed = 0;
  error: Error | undefined;
  /** Set to stop keeping chunks, where a test moves more than it wants to hold. */
  keepsChunks = true;
  /** Names of the calls in their order, chunks joined: `['data', 'end', 'close']`. */
  readonly calls: string[] = [];
  readonly #drive: (() => boolean) | undefined;
  #wake: (() => void) | undefined;

  /** @param drive - moves an in-memory transport; returns false when nothing is left to move. Absent for real sockets. */
  constructor(transport: Transport, drive?: () => boolean) {
    this.transport = transport;
    this.#drive = drive;
    transport.open(this);
  }

  onData(chunk: Uint8Array): void {
    if (this.keepsChunks) this.chunks.push(chunk);
    this.receivedBytes += chunk.length;
    this.#record('data');
  }

  onWritable(): void {
    this.writable += 1;
    this.#record('writable');
  }

  onEnd(): void {
    this.ended += 1;
    this.#record('end');
  }

  onClose(error?: Error): void {
    this.closed += 1;
    this.error = error;
    this.#record('close');
  }

  /** All bytes received, joined. */
  received(): Uint8Array {
    const joined = new Uint8Array(this.receivedBytes);
    let offset = 0;
    for (const chunk of this.chunks) {
      joined.set(chunk, offset);
      offset += chunk.length;
    }
    return joined;
  }

  /**
   * Resolves when the condition holds; it is looked at after each report of this transport. The test's own time limit
   * ends a wait for something that never comes.
   */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#drive !== undefined) {
        if (!this.#drive() && !condition()) throw new Error(`Nothing moves any more after ${this.calls.join(', ')}.`);
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  #record(call: string): void {
    if (this.calls.at(-1) !== call || call === 'close') this.calls.push(call);
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
