import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, ReceivedMessage } from '@skua/client';
import { connectionFailure } from '../connection/failure.ts';
import { ConnectionFailedError } from '../connection/connection-failed-error.ts';
import { onInterruption } from '../terminal/interruption.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { BenchCounters } from './bench-counters.ts';
import type { BenchKind, BenchSettings } from './bench-settings.ts';
import { formatSummary, summarize, type BenchSummary } from './bench-summary.ts';
import { BenchView } from './bench-view.ts';
import { LoadGenerator } from './load-generator.ts';
import { readStamp, stampTime } from './message-stamp.ts';
import { closeFleet, openFleet } from './open-fleet.ts';
import { SequenceCheck } from './sequence-check.ts';

/** One load test, from the first connection to the exit code. */
export class BenchRun {
  readonly #kind: BenchKind;
  readonly #settings: BenchSettings;
  readonly #terminal: Terminal;
  readonly #counters = new BenchCounters();
  readonly #checks: SequenceCheck[] = [];
  readonly #stopped = new AbortController();
  readonly #run: number = Math.floor(Math.random() * 2 ** 32);
  readonly #clients: Client[] = [];
  #startedAt = 0;
  #endedAt = 0;
  /** Why it ended before its time. */
  #limit: string | undefined;

  constructor(kind: BenchKind, settings: BenchSettings, terminal: Terminal) {
    this.#kind = kind;
    this.#settings = settings;
    this.#terminal = terminal;
    // One listener for each connection that is being made.
    setMaxListeners(0, this.#stopped.signal);
  }

  /** @returns the exit code. */
  async run(): Promise<number> {
    const off = onInterruption(() => {
      this.#limit ??= 'stopped by the user';
      this.#stopped.abort();
    });
    const view = new BenchView(this.#terminal, () => this.#summary(), this.#settings.json || this.#settings.quiet);
    const watch = setInterval(() => this.#checkLimits(), 1000);
    try {
      const publishers = await this.#open();
      this.#startedAt = performance.now();
      view.start();
      await this.#work(publishers);
      this.#endedAt = performance.now();
    } finally {
      clearInterval(watch);
      view.close();
      await closeFleet(this.#clients);
      off();
    }
    const summary = this.#summary();
    this.#terminal.write(this.#settings.json ? `${JSON.stringify(summary)}\n` : formatSummary(summary));
    return isPassed(summary) ? 0 : 1;
  }

  /** Connects everybody; subscribers first, so that they miss nothing. @returns the publishers */
  async #open(): Promise<readonly Client[]> {
    const { clients, subscribers } = this.#settings;
    if (this.#kind === 'sub') await this.#openSubscribers(clients, (index) => this.#topicOf(index));
    if (this.#kind === 'pair') {
      await this.#openSubscribers(clients * subscribers, (index) => this.#topicOf(index % clients));
    }
    const publishers = this.#kind === 'sub' ? [] : await this.#openFleet(this.#kind === 'conn' ? 'c' : 'p', clients);
    if (this.#clients.length === 0 && !this.#stopped.signal.aborted) throw this.#failure();
    return publishers;
  }

  async #openSubscribers(count: number, topicOf: (index: number) => string): Promise<void> {
    for (let index = 0; index < count; index++) this.#checks.push(new SequenceCheck());
    const subscribers = await this.#openFleet('s', count, (message, index) => this.#take(message, index));
    await Promise.all(
      subscribers.map(async (client) => {
        const index = Number(/\d+$/.exec(client.clientIdentifier)?.[0] ?? 0);
        await client.subscribe(topicOf(index), (message) => this.#take(message, index), { qos: this.#settings.qos });
      }),
    );
  }

  async #openFleet(
    letter: string,
    count: number,
    onMessage?: (message: ReceivedMessage, index: number) => void,
  ): Promise<readonly Client[]> {
    const base = this.#settings.clientIdentifier ?? this.#settings.clientIdentifierPrefix ?? 'skua-bench';
    const opened = await openFleet({
      settings: this.#settings,
      counters: this.#counters,
      signal: this.#stopped.signal,
      prefix: `${base}-${this.#run.toString(36)}-${letter}`,
      count,
      ...(onMessage === undefined ? {} : { onMessage }),
    });
    this.#clients.push(...opened);
    return opened;
  }

  async #work(publishers: readonly Client[]): Promise<void> {
    const { settings } = { settings: this.#settings };
    if (this.#kind === 'pub' || this.#kind === 'pair') {
      const generator = new LoadGenerator({
        clients: publishers,
        topics: publishers.map((client) => this.#topicOf(Number(/\d+$/.exec(client.clientIdentifier)?.[0] ?? 0))),
        settings,
        counters: this.#counters,
        run: this.#run,
        signal: this.#stopped.signal,
      });
      await generator.run();
      if (this.#kind === 'pair') await this.#drain();
      return;
    }
    const { signal } = this.#stopped;
    const endsAt = this.#startedAt + settings.duration * 1000;
    while (!signal.aborted && performance.now() < endsAt && this.#counters.received < settings.count) await sleep(20);
  }

  /** Waits for what is still on its way, as long as something comes. */
  async #drain(): Promise<void> {
    let received = -1;
    while (this.#counters.received < this.#expected && received !== this.#counters.received) {
      received = this.#counters.received;
      await sleep(DRAIN_MS);
    }
  }

  #take(message: ReceivedMessage, index: number): void {
    const counters = this.#counters;
    counters.received += 1;
    counters.receivedBytes += message.payload.length;
    const stamp = readStamp(message.payload);
    if (stamp === undefined) return;
    const duration = stampTime() - stamp.sentAt;
    counters.deliveryLatency.record(duration);
    if (this.#kind !== 'pub') counters.recentLatency.record(duration);
    this.#checks[index]?.add(stamp);
  }

  #topicOf(index: number): string {
    const { topic } = this.#settings;
    if (topic !== undefined) return topic({ client: index, message: 0, random: Math.random });
    return this.#kind === 'sub' ? 'skua/bench/#' : `skua/bench/${this.#run.toString(36)}/${index}`;
  }

  get #expected(): number {
    return (this.#counters.sent - this.#counters.refused) * this.#settings.subscribers;
  }

  #summary(): BenchSummary {
    const seconds = ((this.#endedAt === 0 ? performance.now() : this.#endedAt) - this.#startedAt) / 1000;
    const missing = this.#checks.reduce((sum, check) => sum + check.missing, 0);
    const lost =
      this.#kind === 'pair' && this.#endedAt !== 0 ? Math.max(0, this.#expected - this.#counters.received) : missing;
    return summarize(this.#kind, this.#settings, this.#counters, {
      seconds: this.#startedAt === 0 ? 0 : seconds,
      lost,
      repeated: this.#checks.reduce((sum, check) => sum + check.repeated, 0),
      limit: this.#limit,
    });
  }

  #checkLimits(): void {
    const { latencyMax, lossMax } = this.#settings;
    const { recentLatency, sent, refused, received } = this.#counters;
    const p99 = recentLatency.percentile(0.99);
    recentLatency.clear();
    if (p99 > latencyMax)
      this.#stopAt(`99 % of the last second took up to ${p99.toFixed(1)} ms, more than ${latencyMax} ms`);
    const lost = refused + this.#checks.reduce((sum, check) => sum + check.missing, 0);
    const share = (100 * lost) / Math.max(1, Math.max(sent, received));
    if (share > lossMax)
      this.#stopAt(`${share.toFixed(2)} % of the messages were lost or refused, more than ${lossMax} %`);
  }

  #stopAt(limit: string): void {
    this.#limit ??= limit;
    this.#stopped.abort();
  }

  #failure(): ConnectionFailedError {
    const [text = 'no connection'] = this.#counters.errors.keys();
    const cause = this.#counters.firstError ?? new Error(text);
    const { sentence, exitCode } = connectionFailure(cause, this.#settings);
    return new ConnectionFailedError(sentence, exitCode, cause);
  }
}

/** Whether the test reached its end and lost nobody. */
function isPassed({ limit, connections, messages }: BenchSummary): boolean {
  return (limit === undefined || limit === 'stopped by the user') && connections.failed === 0 && messages.refused === 0;
}

const DRAIN_MS = 500;
