import type { Terminal } from './terminal.ts';

/** A line on stderr that tells how far long work has come; nothing when stderr is no terminal or the work is short. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #startedAt = performance.now();
  #shownAt = this.#startedAt;
  #isShown = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Shows a text, at most ten times a second, not in the first second, and only where somebody can see it. */
  tell(text: () => string): void {
    if (!this.#terminal.showsProgress) return;
    const now = performance.now();
    if (now - this.#startedAt < PATIENCE_MS || now - this.#shownAt < INTERVAL_MS) return;
    this.#shownAt = now;
    this.#isShown = true;
    this.#terminal.writeError(`\r\u001b[K${text()}`);
  }

  /** Takes the line away. */
  clear(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#terminal.writeError('\r\u001b[K');
  }
}

const PATIENCE_MS = 1000;
const INTERVAL_MS = 100;
