import type { Transport, TransportHandlers } from '@skua/transport';
import { concatenate } from '../wire/frame.ts';
import type { Target, TargetClock } from './target.ts';

/**
 * The same target, where everything that a client sends before its test waits for an answer arrives as one chunk. No verdict
 * may depend on it.
 */
export function coalescingTarget(target: Target): Target {
  /** In the order in which they were first written to. */
  const waiting = new Set<CoalescingTransport>();
  const flush = (): void => {
    for (const transport of waiting) transport.flush();
  };
  const { clock } = target;
  const flushingClock: TargetClock = {
    answerTimeoutMs: clock.answerTimeoutMs,
    now: () => clock.now(),
    notify: () => clock.notify(),
    until: (condition, timeoutMs) => {
      flush();
      return clock.until(condition, timeoutMs);
    },
    pass: (ms) => {
      flush();
      return clock.pass(ms);
    },
  };
  return {
    name: target.name,
    clock: flushingClock,
    dial: async () => new CoalescingTransport(await target.dial(), waiting),
    close: () => target.close(),
  };
}

/** A transport that keeps what is written until it is told to send it. */
class CoalescingTransport implements Transport {
  readonly #inner: Transport;
  readonly #waiting: Set<CoalescingTransport>;
  #pieces: Uint8Array[] = [];

  constructor(inner: Transport, waiting: Set<CoalescingTransport>) {
    this.#inner = inner;
    this.#waiting = waiting;
  }

  get info(): Transport['info'] {
    return this.#inner.info;
  }

  get pendingBytes(): number {
    return this.#inner.pendingBytes + this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  open(handlers: TransportHandlers): void {
    this.#inner.open(handlers);
  }

  write(bytes: Uint8Array): boolean {
    this.#pieces.push(bytes);
    this.#waiting.add(this);
    return true;
  }

  writeMany(pieces: readonly Uint8Array[]): boolean {
    for (const piece of pieces) this.write(piece);
    return true;
  }

  /** Sends what was kept, as one array. */
  flush(): void {
    this.#waiting.delete(this);
    if (this.#pieces.length === 0) return;
    const whole = concatenate(this.#pieces);
    this.#pieces = [];
    this.#inner.write(whole);
  }

  pause(): void {
    this.#inner.pause();
  }

  resume(): void {
    this.#inner.resume();
  }

  end(): void {
    this.flush();
    this.#inner.end();
  }

  destroy(): void {
    this.flush();
    this.#inner.destroy();
  }
}
