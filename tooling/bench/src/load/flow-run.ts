import { setTimeout as delay } from 'node:timers/promises';
import type { Endpoint } from './connection.ts';
import { readCpu, readMemory } from './cpu-meter.ts';
import { Histogram } from './histogram.ts';
import { Publisher } from './publisher.ts';
import type { FlowScenario } from './scenario.ts';
import { SequenceCheck } from './sequence-check.ts';
import { Subscriber } from './subscriber.ts';

/** How long a run takes, and whose CPU it measures. */
export interface RunOptions {
  readonly endpoint: Endpoint;
  /** The broker's process. */
  readonly brokerPid: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** What a run has found. */
export interface FlowResult {
  /** Messages that reached a subscriber in the measured time. */
  readonly delivered: number;
  readonly perSecond: number;
  /** Microseconds of the broker's CPU for each. */
  readonly cpuUs: number;
  /** System time's share of it, 0 to 1. */
  readonly systemShare: number;
  /** The busiest thread's share of the measured time, 0 to 1. */
  readonly brokerBusy: number;
  readonly generatorBusy: number;
  readonly latencyUs: { readonly p50: number; readonly p90: number; readonly p99: number; readonly maximum: number };
  readonly rssKib: number;
  readonly pssKib: number;
  /** Over the whole run, the warm-up included. */
  readonly lost: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  /** Messages of an open loop that were not sent because the window was full. */
  readonly heldBack: number;
  readonly failures: readonly string[];
}

/** One run of a {@link FlowScenario}: connects everybody, warms up, measures, waits for what is under way, checks. */
export class FlowRun {
  readonly #scenario: FlowScenario;
  readonly #options: RunOptions;
  readonly #latencies: Histogram = new Histogram();
  readonly #checks: SequenceCheck[] = [];
  readonly #publishers: Publisher[] = [];
  readonly #subscribers: Subscriber[] = [];
  readonly #failures: string[] = [];
  readonly #withRoom: Publisher[] = [];
  #isPumpScheduled = false;
  #isStopping = false;
  #heldBack = 0;

  constructor(scenario: FlowScenario, options: RunOptions) {
    this.#scenario = scenario;
    this.#options = options;
  }

  /** Connects everybody and starts the flow. */
  async start(): Promise<void> {
    const { publishers, subscribers } = this.#scenario;
    for (let i = 0; i < publishers; i++) this.#publishers.push(this.#makePublisher(i));
    for (let i = 0; i < subscribers; i++) this.#subscribers.push(this.#makeSubscriber(i));
    for (const client of [...this.#publishers, ...this.#subscribers]) await client.connect();
    for (const [i, subscriber] of this.#subscribers.entries()) {
      await subscriber.subscribe([this.#filterOf(i)], this.#scenario.qos);
    }
    if (this.#scenario.rate === undefined) {
      for (const publisher of this.#publishers) publisher.publish(this.#scenario.window);
    } else {
      this.#sendAtRate(this.#scenario.rate);
    }
  }

  /** Measures for the given time; the flow goes on. */
  async measure(): Promise<Measured> {
    const before = this.#mark();
    this.#latencies.clear();
    await delay(this.#options.measureMs);
    const after = this.#mark();
    const { rssKib, pssKib } = readMemory(this.#options.brokerPid);
    const delivered = after.delivered - before.delivered;
    const wallNs = Number(after.at - before.at);
    const cpuNs = after.broker.totalNs - before.broker.totalNs;
    const user = after.broker.userTicks - before.broker.userTicks;
    const system = after.broker.systemTicks - before.broker.systemTicks;
    return {
      delivered,
      perSecond: (delivered / wallNs) * 1e9,
      cpuUs: cpuNs / 1000 / delivered,
      systemShare: system / Math.max(1, user + system),
      brokerBusy: (after.broker.busiestThreadNs - before.broker.busiestThreadNs) / wallNs,
      generatorBusy: (after.generator.busiestThreadNs - before.generator.busiestThreadNs) / wallNs,
      latencyUs: {
        p50: this.#latencies.percentile(0.5),
        p90: this.#latencies.percentile(0.9),
        p99: this.#latencies.percentile(0.99),
        maximum: this.#latencies.maximum,
      },
      rssKib,
      pssKib,
    };
  }

  /** Stops sending, waits for what is under way, and closes the connections. */
  async stop(): Promise<Checked> {
    this.#isStopping = true;
    const deadline = performance.now() + DRAIN_MS;
    while (performance.now() < deadline && !this.#publishers.every(({ isSettled }) => isSettled)) await delay(5);
    for (const client of [...this.#publishers, ...this.#subscribers]) client.destroy();
    return {
      lost: sum(this.#publishers.map(({ outstanding }) => outstanding)),
      duplicates:
        sum(this.#checks.map(({ duplicates }) => duplicates)) +
        sum(this.#publishers.map(({ unexpected }) => unexpected)),
      outOfOrder: sum(this.#checks.map(({ outOfOrder }) => outOfOrder)),
      heldBack: this.#heldBack,
      failures: this.#failures,
    };
  }

  #makePublisher(index: number): Publisher {
    const scenario = this.#scenario;
    const { protocolVersion } = scenario;
    return new Publisher({
      endpoint: this.#options.endpoint,
      protocolVersion,
      clientIdentifier: `publisher-${index}`,
      onFailure: (reason) => this.#failures.push(reason),
      onRoom: (publisher) => this.#handleRoom(publisher),
      window: scenario.window,
      receivers: scenario.pattern === 'fanOut' ? scenario.subscribers : 1,
      frames: {
        sender: index,
        topicName: `bench/${index}/value`,
        qos: scenario.qos,
        payloadBytes: scenario.payloadBytes,
        protocolVersion,
        properties: scenario.properties ?? false,
        webSocket: scenario.transport === 'webSocket',
      },
    });
  }

  #makeSubscriber(index: number): Subscriber {
    const check = new SequenceCheck(this.#scenario.publishers, { gapsAllowed: this.#scenario.pattern === 'shared' });
    this.#checks.push(check);
    return new Subscriber({
      endpoint: this.#options.endpoint,
      protocolVersion: this.#scenario.protocolVersion,
      clientIdentifier: `subscriber-${index}`,
      onFailure: (reason) => this.#failures.push(reason),
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
    let turn = 0;
    const timer = setInterval(() => {
      if (this.#isStopping) {
        clearInterval(timer);
        return;
      }
      const due = Math.floor(((performance.now() - started) / 1000) * rate);
      for (; sent < due; sent++) {
        const published = this.#publishers[turn]?.publish(1) ?? 0;
        if (published === 0) this.#heldBack += 1;
        turn = (turn + 1) % this.#publishers.length;
      }
    }, 1);
  }

  #mark(): Mark {
    let delivered = 0;
    for (const subscriber of this.#subscribers) delivered += subscriber.received;
    return {
      delivered,
      at: process.hrtime.bigint(),
      broker: readCpu(this.#options.brokerPid),
      generator: readCpu(process.pid),
    };
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0);
}

/** The part of a result that is measured while the flow goes on. */
export type Measured = Omit<FlowResult, keyof Checked>;

/** The part of a result that is known when everything has arrived. */
export type Checked = Pick<FlowResult, 'lost' | 'duplicates' | 'outOfOrder' | 'heldBack' | 'failures'>;

interface Mark {
  readonly delivered: number;
  readonly at: bigint;
  readonly broker: ReturnType<typeof readCpu>;
  readonly generator: ReturnType<typeof readCpu>;
}

const FILTERS = { fanIn: 'bench/#', fanOut: 'bench/0/value', shared: '$share/group/bench/+/value' } as const;
const DRAIN_MS = 5_000;
