import { CrashClient } from '../client/crash-client.ts';
import type { Random } from '../random.ts';
import { pause, retryPause, type Actor, type World } from '../world.ts';

/** What a {@link Subscriber} does. The filters of one do not overlap, since a message may then come once for each. */
export interface SubscriberPlan {
  readonly name: string;
  readonly version: 4 | 5;
  readonly filters: readonly { readonly filter: string; readonly qos: 1 | 2 }[];
  /** `restless`: it comes and goes; `absent`: it subscribes, leaves, and comes back at the end. */
  readonly manner: 'restless' | 'absent';
}

/** Has a session with subscriptions that never change, and is there now and then. */
export class Subscriber implements Actor {
  readonly name: string;
  readonly #plan: SubscriberPlan;
  readonly #world: World;
  readonly #random: Random;
  readonly #client: CrashClient;
  readonly #granted = new Set<string>();

  constructor(plan: SubscriberPlan, world: World, random: Random) {
    this.name = plan.name;
    this.#plan = plan;
    this.#world = world;
    this.#random = random;
    const { broker, history } = world;
    this.#client = new CrashClient({ name: plan.name, version: plan.version, broker, history });
    this.#client.onSessionLost = () => this.#granted.clear();
  }

  get isSettled(): boolean {
    return this.#client.isConnected && this.#granted.size === this.#plan.filters.length;
  }

  async run(): Promise<void> {
    while (this.#world.phase !== 'over') {
      if (this.#mayStayAway()) {
        await pause(10);
        continue;
      }
      if (!(await this.#client.connect())) {
        await pause(retryPause(this.#random));
        continue;
      }
      await this.#subscribe();
      await this.#stay();
      await pause(this.#random.integer(0, AWAY_MS_MAX));
    }
    await this.#client.cut();
  }

  #mayStayAway(): boolean {
    const { manner, filters } = this.#plan;
    return manner === 'absent' && this.#world.phase === 'load' && this.#granted.size === filters.length;
  }

  async #subscribe(): Promise<void> {
    for (const { filter, qos } of this.#plan.filters) {
      if (this.#granted.has(filter) || !this.#client.isConnected) continue;
      if (await this.#client.subscribe(filter, qos)) this.#granted.add(filter);
    }
  }

  async #stay(): Promise<void> {
    if (this.#mayStayAway()) {
      await this.#client.disconnect();
      return;
    }
    let left = this.#random.integer(10, STAY_MS_MAX);
    while (this.#client.isConnected && this.#world.phase !== 'over') {
      if (left <= 0 && this.#world.phase === 'load') {
        await (this.#random.chance(0.5) ? this.#client.disconnect() : this.#client.cut());
        return;
      }
      await pause(5);
      left -= 5;
    }
  }
}

const STAY_MS_MAX = 600;
const AWAY_MS_MAX = 300;
