import { CrashClient } from '../client/crash-client.ts';
import type { Random } from '../random.ts';
import { pause, retryPause, type Actor, type World } from '../world.ts';

/** What a {@link Toggler} does. */
export interface TogglerPlan {
  readonly name: string;
  readonly version: 4 | 5;
  readonly filters: readonly [string, ...string[]];
  readonly qos: 1 | 2;
}

/** Has a session whose subscriptions come and go: one SUBSCRIBE or UNSUBSCRIBE after the other, each answered or not. */
export class Toggler implements Actor {
  readonly name: string;
  readonly #plan: TogglerPlan;
  readonly #world: World;
  readonly #random: Random;
  readonly #client: CrashClient;
  /** Only what is known: a filter without an entry may or may not be subscribed. */
  readonly #known = new Map<string, boolean>();

  constructor(plan: TogglerPlan, world: World, random: Random) {
    this.name = plan.name;
    this.#plan = plan;
    this.#world = world;
    this.#random = random;
    const { broker, history } = world;
    this.#client = new CrashClient({ name: plan.name, version: plan.version, broker, history });
    this.#client.onSessionLost = () => this.#known.clear();
  }

  get isSettled(): boolean {
    return this.#client.isConnected && this.#known.size === this.#plan.filters.length;
  }

  async run(): Promise<void> {
    while (this.#world.phase !== 'over') {
      if (!this.#client.isConnected && !(await this.#client.connect())) {
        await pause(retryPause(this.#random));
        continue;
      }
      const unknown = this.#plan.filters.find((filter) => !this.#known.has(filter));
      if (unknown !== undefined) await this.#toggle(unknown);
      else if (this.#world.phase === 'load') await this.#toggle(this.#random.pick(this.#plan.filters));
      await pause(this.#random.integer(2, 40));
      if (this.#world.phase === 'load' && this.#random.chance(LEAVING)) await this.#client.cut();
    }
    await this.#client.cut();
  }

  async #toggle(filter: string): Promise<void> {
    const subscribe = this.#known.get(filter) !== true;
    this.#known.delete(filter);
    const { qos } = this.#plan;
    const done = await (subscribe ? this.#client.subscribe(filter, qos) : this.#client.unsubscribe(filter));
    if (done) this.#known.set(filter, subscribe);
  }
}

const LEAVING = 0.02;
