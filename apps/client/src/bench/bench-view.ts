import { Screen } from '../terminal/screen.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { formatSummary, type BenchSummary } from './bench-summary.ts';

/** What is shown while a load test runs: its table and a curve of the rate in a terminal, otherwise a line a second on stderr. */
export class BenchView {
  readonly #terminal: Terminal;
  readonly #summary: () => BenchSummary;
  readonly #isSilent: boolean;
  readonly #screen: Screen | undefined;
  readonly #rates: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #last = 0;
  #lastAt = 0;

  constructor(terminal: Terminal, summary: () => BenchSummary, isSilent: boolean) {
    this.#terminal = terminal;
    this.#summary = summary;
    this.#isSilent = isSilent;
    this.#screen = terminal.isTerminal && !isSilent ? new Screen(terminal) : undefined;
  }

  /** Begins to show. */
  start(): void {
    this.#lastAt = performance.now();
    this.#timer = setInterval(() => this.#tick(), 1000);
  }

  /** Gives the terminal back. */
  close(): void {
    clearInterval(this.#timer);
    this.#screen?.close();
  }

  #tick(): void {
    const summary = this.#summary();
    const { messages, connections } = summary;
    const total = Math.max(messages.sent, messages.received);
    const now = performance.now();
    const rate = (total - this.#last) / ((now - this.#lastAt) / 1000);
    this.#last = total;
    this.#lastAt = now;
    this.#rates.push(rate);
    if (this.#rates.length > RATES_MAX) this.#rates.shift();
    if (this.#screen !== undefined) {
      this.#screen.draw(() => [...formatSummary(summary).trimEnd().split('\n'), '', this.#curve(rate)]);
    } else if (!this.#isSilent) {
      const latency = messages.deliveryLatency ?? messages.acknowledgeLatency;
      const told = latency === undefined ? '' : `, p50 ${latency.p50} ms, p99 ${latency.p99} ms`;
      this.#terminal.writeError(
        `${summary.seconds.toFixed(0)} s: ${connections.made} connections, ${Math.round(rate)}/s, ${messages.sent} sent,` +
          ` ${messages.received} received, ${messages.lost + messages.refused} lost${told}\n`,
      );
    }
  }

  #curve(rate: number): string {
    const highest = Math.max(...this.#rates, 1);
    const bars = this.#rates.map((value) => BARS[Math.round((value / highest) * (BARS.length - 1))] ?? ' ');
    return `${'rate'.padEnd(14)}${bars.join('')} ${Math.round(rate).toLocaleString('en-US')}/s`;
  }
}

const RATES_MAX = 60;
const BARS: readonly string[] = Array.from(' ▁▂▃▄▅▆▇█');
