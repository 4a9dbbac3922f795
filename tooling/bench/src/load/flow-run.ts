import { setTimeout as delay } from 'node:timers/promises';
import type { RunResult } from '../scenarios/run-result.ts';
import type { FlowScenario } from '../scenarios/scenario.ts';
import { subscribeOthers } from './other-subscribers.ts';
import { Churner, startChurn } from './churner.ts';
import type { Client, ClientOptions } from './client.ts';
import { readMemory } from './cpu-meter.ts';
import { Histogram } from './histogram.ts';
import { TICKS_IN_US } from './payload-stamp.ts';
import { Publisher } from './publisher.ts';
import type { RunOptions } from './run-options.ts';
import { SequenceCheck } from './sequence-check.ts';
import { Subscriber } from './subscriber.ts';
import { STILL_MS, untilStill } from './until-still.ts';
import { markUsage, usageBetween } from './usage.ts';

/** The part of a result that is measured while messages flow. */
export type Measured = Pick<RunResult, 'figures' | 'brokerBusy' | 'generatorBusy' | 'otherBusy'>;

/** The part of a result that is known when everything has arrived. */
export type Checked = Pick<RunResult, 'lost' | 'duplicates' | 'outOfOrder' | 'failures'>;

/** One run of a {@link FlowScenario}: start, measure (as often as you like), stop. */
export class FlowRun {
  readonly #scenario: FlowScenario;
  readonly #options: RunOptions;
  readonly #latencies: Histogram = new Histogram();
  readonly #checks: SequenceCheck[] = [];
  readonly #publishers: Publisher[] = [];
  readonly #subscribers: Subscriber[] = [];
  readonly #others: Client[] = [];
  readonly #churners: Churner[] = [];
  readonly #failures: string[] = [];
  readonly #withRoom: Publisher[] = [];
  #isPumpScheduled = false;
  #isStopping = false;
  #heldBack = 0;
  #stopChurn: (() => void) | undefined;

  constructor(scenario: FlowScenario, options: RunOptions) {
    this.#scenario = scenario;
    this.#options = options;
  }

  /** Connects everybody and starts the flow. */
  async start(): Promise<void> {
    const { publishers, subscribers, otherFilters = 0, rate, churn } = this.#scenario;
    this.#others.push(...(await subscribeOthers(otherFilters, (name) => this.#clientOptions(name))));
    for (let i = 0; i < publishers; i++) this.#publishers.push(this.#makePublisher(i));
    for (let i = 0; i < subscribers; i++) this.#subscribers.push(this.#makeSubscriber(i));
    for (let i = 0; i < (churn?.sessions ?? 0); i++) {
      this.#churners.push(new Churner(this.#clientOptions(`churner-${i}`), i));
    }
    for (const client of [...this.#publishers, ...this.#subscribers, ...this.#churners]) await client.connect();
    for (const [i, subscriber] of this.#subscribers.entries()) {
      await subscriber.subscribe([this.#filterOf(i)], this.#scenario.qos);
    }
    if (churn !== undefined) this.#stopChurn = startChurn(this.#churners, churn.perSecond);
    if (rate === undefined) {
      for (const publisher of this.#publishers) publisher.publish(this.#scenario.window);
    } else {
      this.#sendAtRate(rate);
    }
  }

  /** Measures for `measureMs`; the flow goes on. */
  async measure(): Promise<Measured> {
    const received = this.#received();
    const before = markUsage(this.#options.brokerPid);
    this.#latencies.clear();
    await delay(this.#options.measureMs);
    const delivered = this.#received() - received;
    const usage = usageBetween(before, markUsage(this.#options.brokerPid));
    const { rssKib, pssKib } = readMemory(this.#options.brokerPid);
    if (delivered === 0) this.#failures.push('nothing was delivered while it was measured');
    return {
      figures: {
        cpuUs: usage.brokerCpuUs / delivered,
        perSecond: delivered / usage.seconds,
        systemShare: usage.systemShare * 100,
        p50Us: this.#latencies.percentile(0.5) / TICKS_IN_US,
        p99Us: this.#latencies.percentile(0.99) / TICKS_IN_US,
        rssMib: rssKib / 1024,
        pssMib: pssKib / 1024,
      },
      brokerBusy: usage.brokerBusy,
      generatorBusy: usage.generatorBusy,
      otherBusy: usage.otherBusy,
    };
  }

  /** Stops sending, waits until everything under way has arrived or nothing moves any more, and closes the connections. */
  async stop(): Promise<Checked> {
    this.#isStopping = true;
    this.#stopChurn?.();
    this.#checkRates();
    const moved = (): number => this.#received() + sum(this.#publishers.map(({ acknowledged }) => acknowledged));
    const isSettled = (): boolean => this.#publishers.every((publisher) => publisher.isSettled);
    await untilStill(moved, () => (isSettled() ? 0 : Infinity), this.#options.stillMs ?? STILL_MS);
    for (const client of [...this.#publishers, ...this.#subscribers, ...this.#others, ...this.#churners]) {
      client.destroy();
    }
    return {
      lost: sum(this.#publishers.map(({ outstanding }) => outstanding)),
      duplicates:
        sum(this.#checks.map(({ duplicates }) => duplicates)) +
        sum(this.#publishers.map(({ unexpected }) => unexpected)),
      outOfOrder: sum(this.#checks.map(({ outOfOrder }) => outOfOrder)),
      failures: this.#failures,
    };
  }

  /** What was asked for must also have happened, or the figures are those of another scenario. */
  #checkRates(): void {
    const held = this.#heldBack + sum(this.#churners.map(({ heldBack }) => heldBack));
    if (held > 0) this.#failures.push(`${held} packets were held back: the broker was slower than the rate`);
  }

  #clientOptions(clientIdentifier: string): ClientOptions {
    return {
      endpoint: this.#options.endpoint,
      protocolVersion: this.#scenario.protocolVersion,
      clientIdentifier,
      onFailure: (reason) => this.#failures.push(reason),
    };
  }

  #makePublisher(index: number): Publisher {
    const scenario = this.#scenario;
    return new Publisher({
      ...this.#clientOptions(`publisher-${index}`),
      onRoom: (publisher) => this.#handleRoom(publisher),
      window: scenario.window,
      receivers: scenario.pattern === 'fanOut' ? scenario.subscribers : 1,
      frames: {
        sender: index,
        topicName: `bench/${index}/value`,
        qos: scenario.qos,
        payloadBytes: scenario.payloadBytes,
        protocolVersion: scenario.protocolVersion,
        properties: scenario.properties ?? false,
        webSocket: scenario.transport === 'webSocket',
      },
    });
  }

  #makeSubscriber(index: number): Subscriber {
    const check = new SequenceCheck(this.#scenario.publishers, { gapsAllowed: this.#scenario.pattern === 'shared' });
    this.#checks.push(check);
    return new Subscriber({
      keepsSession: this.#scenario.store === 'durable',
      ...this.#clientOptions(`subscriber-${index}`),
      webSocket: this.#scenario.transport === 'webSocket',
      check,
      publishers: this.#publishers,
      latencies: this.#latencies,
    });
  }

  #filterOf(subscriber: number): string {
    return this.#scenario.pattern === 'pairs' ? `bench/${subscriber}/value` : FILTERS[this.#scenario.pattern];
  }

  /**
   * Publishers with room are served together in the next phase of the loop, when everything that could be read was read:
   * one write for each instead of one for each chunk.
   */
  #handleRoom(publisher: Publisher): void {
    if (publisher.isQueued || this.#scenario.rate !== undefined) return;
    publisher.isQueued = true;
    this.#withRoom.push(publisher);
    if (this.#isPumpScheduled) return;
    this.#isPumpScheduled = true;
    setImmediate(() => this.#pump());
  }

  #pump(): void {
    this.#isPumpScheduled = false;
    for (const publisher of this.#withRoom) {
      publisher.isQueued = false;
      if (!this.#isStopping) publisher.publish(this.#scenario.window);
    }
    this.#withRoom.length = 0;
  }

  /** Sends what is due every millisecond, each publisher in turn; what was late is made up for at once. */
  #sendAtRate(rate: number): void {
    const started = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      if (this.#isStopping) {
        clearInterval(timer);
        return;
      }
      const due = Math.floor(((performance.now() - started) / 1000) * rate);
      for (; sent < due; sent++) {
        const published = this.#publishers[sent % this.#publishers.length]?.publish(1) ?? 0;
        if (published === 0) this.#heldBack += 1;
      }
    }, 1);
  }

  #received(): number {
    return sum(this.#subscribers.map(({ received }) => received));
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0);
}

const FILTERS = { fanIn: 'bench/#', fanOut: 'bench/0/value', shared: '$share/group/bench/+/value' } as const;
