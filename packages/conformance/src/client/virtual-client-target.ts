import { createTransportPair, type MemoryTransport } from '@skua/transport';
import type { TargetClock } from '../harness/target.ts';
import type { ClientAdapter, ClientClock } from './client-adapter.ts';
import type { ClientTarget } from './client-target.ts';

/**
 * Clients in this process, in memory and under virtual time: for libraries that can be given a connection and a clock. An
 * hour costs nothing, and no run differs from another.
 */
export function virtualClientTarget(adapter: ClientAdapter): ClientTarget {
  const time = new VirtualTime();
  return {
    name: adapter.name,
    versions: adapter.versions,
    clock: time,
    quietMs: QUIET_MS,
    start: (host) => {
      const endpoint = {
        address: undefined,
        clock: time,
        dial: () => {
          const [near, far] = createTransportPair();
          time.transports.push(near, far);
          host.accept(far);
          return near;
        },
      };
      const client = adapter.create(endpoint, (event) => host.report(event));
      return Promise.resolve({
        client,
        stop: async () => {
          client.destroy();
          await time.settle();
          time.clear();
        },
      });
    },
  };
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Time that jumps from timer to timer, and the bytes that move while it stands still. */
class VirtualTime implements TargetClock, ClientClock {
  readonly answerTimeoutMs = 500;
  readonly transports: MemoryTransport[] = [];
  readonly #timers = new Set<Timer>();
  #now = 1_000_000;

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const timer = { at: this.#now + Math.max(0, ms), callback };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    for (const known of this.#timers) if (known === timer) this.#timers.delete(known);
  }

  notify(): void {
    // Conditions are looked at after every step anyway.
  }

  async until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    const deadline = this.#now + timeoutMs;
    for (;;) {
      await this.settle();
      if (condition()) return true;
      const next = this.#earliest();
      if (next === undefined || next.at > deadline) {
        this.#now = deadline;
        return false;
      }
      this.#now = Math.max(this.#now, next.at);
      this.#timers.delete(next);
      next.callback();
    }
  }

  async pass(ms: number): Promise<void> {
    await this.until(() => false, ms);
  }

  /** Until no byte moves and every promise has had its turns. */
  async settle(): Promise<void> {
    let moved = true;
    while (moved) {
      for (let turn = 0; turn < TURNS; turn += 1) await Promise.resolve();
      moved = false;
      for (const transport of this.transports) if (transport.deliver()) moved = true;
    }
  }

  clear(): void {
    this.transports.length = 0;
    this.#timers.clear();
  }

  #earliest(): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) if (earliest === undefined || timer.at < earliest.at) earliest = timer;
    return earliest;
  }
}

/** Steps of promises that a client may take between two things that happen to it. */
const TURNS = 40;
const QUIET_MS = 5000;
