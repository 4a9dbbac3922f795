import { statfsSync } from 'node:fs';
import { StoreError, type StoreHealth } from '@skua/store';

/** Watches the room on a disk, so that a store stops while it can still say so. */
export class FreeSpace {
  readonly #directory: string;
  readonly #reserveBytes: number;
  #lookedAt = -Infinity;
  #bytes: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #state: StoreHealth['state'] = 'well';

  /** @param reserveBytes the store takes nothing more when less than this is left. */
  constructor(directory: string, reserveBytes: number) {
    this.#directory = directory;
    this.#reserveBytes = reserveBytes;
  }

  /** Bytes that are left; undefined: not known. */
  get bytes(): number | undefined {
    this.#look();
    return this.#bytes;
  }

  /** An error (`full`) when too little is left; undefined: there is enough, or nobody knows. */
  check(): StoreError | undefined {
    const now = performance.now();
    if (this.#state === 'well' && now - this.#lookedAt < FRESH_MS) return undefined;
    this.#look();
    return this.#state === 'well' ? undefined : new StoreError(this.#explanation, { code: 'full' });
  }

  /** Tells each change. */
  watch(listener: (health: StoreHealth) => void): void {
    let told: StoreHealth['state'] = 'well';
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      this.#look();
      if (told === this.#state) return;
      told = this.#state;
      listener(told === 'well' ? { state: 'well' } : { state: told, code: 'full', explanation: this.#explanation });
    }, WATCH_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  get #explanation(): string {
    return `The disk of ${this.#directory} has ${this.#bytes} bytes left, less than the ${this.#reserveBytes} that are kept free.`;
  }

  #look(): void {
    this.#lookedAt = performance.now();
    try {
      const { bavail, bsize } = statfsSync(this.#directory);
      this.#bytes = bavail * bsize;
    } catch {
      // Not known; what is written will tell.
      this.#bytes = undefined;
    }
    this.#state = this.#bytes !== undefined && this.#bytes < this.#reserveBytes ? 'unwell' : 'well';
  }
}

const FRESH_MS = 200;
const WATCH_MS = 1000;
