import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@skua/client';
import type { BenchCounters } from './bench-counters.ts';
import type { BenchSettings } from './bench-settings.ts';
import { STAMP_BYTES, stampTime, writeStamp } from './message-stamp.ts';
import { Pacer } from './pacer.ts';

/** What a load generator works on. */
export interface LoadOptions {
  readonly clients: readonly Client[];
  readonly topics: readonly string[];
  readonly settings: BenchSettings;
  readonly counters: BenchCounters;
  readonly run: number;
  readonly signal: AbortSignal;
}

/** Publishes from many clients, in turns, at the rate of the settings, until the number, the time or the signal ends it. */
export class LoadGenerator {
  readonly #options: LoadOptions;
  readonly #pacer: Pacer;
  /** Messages under way, by client. */
  readonly #underWay: number[];
  /** The number of the next message, by client. */
  readonly #numbers: number[];
  #turn = 0;
  #settledAll: (() => void) | undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#pacer = new Pacer(options.settings.rate, options.settings.ramp);
    this.#underWay = options.clients.map(() => 0);
    this.#numbers = options.clients.map(() => 0);
  }

  /** Resolves when the last message has been settled, or some seconds after the end. */
  async run(): Promise<void> {
    const { settings, counters, signal } = this.#options;
    const startedAt = performance.now();
    for (;;) {
      const seconds = (performance.now() - startedAt) / 1000;
      if (signal.aborted || seconds >= settings.duration || counters.sent >= settings.count) break;
      const due = Math.min(this.#pacer.due(seconds), settings.count) - counters.sent;
      const sent = this.#send(Math.min(due, BATCH));
      counters.behind = due === Number.POSITIVE_INFINITY ? 0 : Math.max(0, due - sent);
      if (sent === 0) await sleep(1);
      else await turn();
    }
    await this.#settled();
  }

  /** Sends up to a number of messages, one from each client that has room. */
  #send(count: number): number {
    const { clients } = this.#options;
    let sent = 0;
    let full = 0;
    while (sent < count && full < clients.length) {
      const index = this.#turn;
      this.#turn = (this.#turn + 1) % clients.length;
      if (this.#underWay[index]! >= this.#window) {
        full += 1;
        continue;
      }
      full = 0;
      this.#publish(index);
      sent += 1;
    }
    return sent;
  }

  get #window(): number {
    const { qos, maximumInflight } = this.#options.settings;
    return qos === 0 ? QOS_0_WINDOW : maximumInflight;
  }

  #publish(index: number): void {
    const { clients, topics, settings, counters } = this.#options;
    const number = this.#numbers[index]!;
    this.#numbers[index] = number + 1;
    const payload = this.#payload(index, number);
    const topic = settings.topic?.({ client: index, message: number, random: Math.random }) ?? topics[index] ?? '';
    const startedAt = performance.now();
    counters.sent += 1;
    counters.sentBytes += payload.length;
    this.#underWay[index]! += 1;
    clients[index]!.publish(topic, payload, {
      qos: settings.qos,
      retain: settings.retain,
      properties: settings.properties.publish,
    })
      .then((receipt) => receipt.acknowledged)
      .then(
        () => {
          counters.acknowledged += 1;
          if (settings.qos > 0) {
            const duration = performance.now() - startedAt;
            counters.acknowledgeLatency.record(duration);
            counters.recentLatency.record(duration);
          }
        },
        (error: unknown) => {
          counters.refused += 1;
          counters.countError(error);
        },
      )
      .finally(() => {
        this.#underWay[index]! -= 1;
        if (this.#settledAll !== undefined && this.#underWay.every((left) => left === 0)) this.#settledAll();
      });
  }

  #payload(index: number, number: number): Uint8Array {
    const { settings, run } = this.#options;
    if (settings.payload !== undefined) {
      return new TextEncoder().encode(settings.payload({ client: index, message: number, random: Math.random }));
    }
    // Each message has its own bytes: they are in use until it is acknowledged.
    const payload = new Uint8Array(settings.size);
    if (settings.size >= STAMP_BYTES) writeStamp(payload, { run, client: index, number, sentAt: stampTime() });
    return payload;
  }

  async #settled(): Promise<void> {
    if (this.#underWay.every((left) => left === 0)) return;
    const settled = new Promise<void>((resolve) => {
      this.#settledAll = resolve;
    });
    await Promise.race([settled, sleep(PATIENCE_MS, undefined, { ref: false })]);
  }
}

/** Messages that are sent before the sockets get their turn. */
const BATCH = 1000;
/** QoS 0 messages of one client that the network has not taken yet. */
const QOS_0_WINDOW = 500;
const PATIENCE_MS = 5000;
