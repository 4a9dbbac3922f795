import { CrashClient } from '../client/crash-client.ts';
import type { Random } from '../random.ts';
import { pause, retryPause, type Actor, type World } from '../world.ts';

/** A topic with the QoS of its messages. */
export interface PublishedTopic {
  readonly topic: string;
  readonly qos: 1 | 2;
}

/** What a {@link Publisher} does. */
export interface PublisherPlan {
  readonly name: string;
  readonly version: 4 | 5;
  readonly topics: readonly [PublishedTopic, ...PublishedTopic[]];
  /** Whether the messages are retained; some of them are empty then. */
  readonly retain: boolean;
  /** Messages at once, at most; one burst comes every few milliseconds. */
  readonly burstMax: number;
}

/** Publishes on topics of its own, and comes back after every crash to send again what was not acknowledged. */
export class Publisher implements Actor {
  readonly name: string;
  readonly #plan: PublisherPlan;
  readonly #world: World;
  readonly #random: Random;
  readonly #client: CrashClient;
  #serial = 0;
  #lastWords = 0;

  constructor(plan: PublisherPlan, world: World, random: Random) {
    this.name = plan.name;
    this.#plan = plan;
    this.#world = world;
    this.#random = random;
    const { broker, history } = world;
    this.#client = new CrashClient({ name: plan.name, version: plan.version, broker, history });
  }

  /** Everything is acknowledged, the last message of each topic too: whoever is subscribed at the end gets that one. */
  get isSettled(): boolean {
    return this.#lastWords === this.#plan.topics.length && this.#client.inflightCount === 0 && this.#client.isConnected;
  }

  async run(): Promise<void> {
    while (this.#world.phase !== 'over') {
      if (!this.#client.isConnected && !(await this.#client.connect())) {
        await pause(retryPause(this.#random));
        continue;
      }
      if (this.#world.phase === 'settling') this.#sayLastWords();
      else if (this.#random.chance(LEAVING)) await this.#leave();
      else this.#publishBurst();
      await pause(this.#random.integer(2, 6));
    }
    await this.#client.cut();
  }

  #publishBurst(): void {
    const { topics, burstMax } = this.#plan;
    for (let left = this.#random.integer(0, burstMax); left > 0; left -= 1) this.#publish(this.#random.pick(topics));
  }

  #publish({ topic, qos }: PublishedTopic): boolean {
    if (!this.#client.canPublish) return false;
    const { retain } = this.#plan;
    this.#serial += 1;
    const empty = retain && this.#random.chance(EMPTY);
    this.#client.publish({ serial: this.#serial, topic, qos, retain, empty });
    return true;
  }

  #sayLastWords(): void {
    for (const topic of this.#plan.topics.slice(this.#lastWords)) {
      if (!this.#publish(topic)) return;
      this.#lastWords += 1;
    }
  }

  async #leave(): Promise<void> {
    await (this.#random.chance(0.5) ? this.#client.disconnect() : this.#client.cut());
  }
}

/** The share of bursts in place of which the connection is given up. */
const LEAVING = 0.004;
/** The share of retained messages that remove what is retained. */
const EMPTY = 0.1;
