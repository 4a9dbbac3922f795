import type { Terminal } from '../terminal/terminal.ts';
import { Screen } from '../terminal/screen.ts';

/** A line of the terminal for each topic, in the order in which the topics came; the newest message replaces the line. */
export class WatchView {
  readonly #screen: Screen;
  readonly #lines = new Map<string, string>();
  #hidden = 0;

  constructor(terminal: Terminal) {
    this.#screen = new Screen(terminal);
  }

  /** Shows a message. */
  show(topicName: string, printed: Uint8Array): void {
    if (!this.#lines.has(topicName) && this.#lines.size >= TOPICS_MAX) {
      this.#hidden += 1;
      return;
    }
    this.#lines.set(topicName, Buffer.from(printed).toString('utf8').trimEnd().split('\n')[0] ?? '');
    this.#screen.draw(() => this.#rows());
  }

  /** Gives the terminal back. */
  close(): void {
    this.#screen.close();
  }

  #rows(): readonly string[] {
    const more = this.#hidden === 0 ? [] : [`${this.#hidden} messages of further topics are not shown`];
    return [...this.#lines.values(), ...more];
  }
}

const TOPICS_MAX = 500;
