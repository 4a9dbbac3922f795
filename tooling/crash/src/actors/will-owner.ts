import { CrashClient } from '../client/crash-client.ts';
import type { Random } from '../random.ts';
import { pause, retryPause, type Actor, type World } from '../world.ts';

/** Makes one connection with a will after the other, each under a name of its own, and ends them in every way. */
export class WillOwner implements Actor {
  readonly name: string;
  readonly #world: World;
  readonly #random: Random;
  #connections = 0;
  #client: CrashClient | undefined;

  constructor(name: string, world: World, random: Random) {
    this.name = name;
    this.#world = world;
    this.#random = random;
  }

  get isSettled(): boolean {
    return this.#client === undefined;
  }

  async run(): Promise<void> {
    while (this.#world.phase === 'load') {
      this.#client = this.#newClient();
      if (await this.#client.connect()) await this.#stay(this.#client);
      this.#client = undefined;
      await pause(retryPause(this.#random));
    }
  }

  #newClient(): CrashClient {
    const { broker, history } = this.#world;
    this.#connections += 1;
    const name = `${this.name}-${this.#connections}`;
    const version = this.#random.pick<4 | 5>([4, 5]);
    // A session that ends with its connection has a will just as well.
    const sessionExpirySeconds = this.#random.pick([0, 30]);
    const delaySeconds = version === 5 && sessionExpirySeconds > 0 ? this.#random.pick([0, 0, 1]) : 0;
    const will = { topic: `wills/${name}`, qos: this.#random.pick<1 | 2>([1, 2]), delaySeconds };
    return new CrashClient({ name, version, broker, history, sessionExpirySeconds, will });
  }

  async #stay(client: CrashClient): Promise<void> {
    // Half of them stay until the crash.
    let left = this.#random.chance(0.5) ? Infinity : this.#random.integer(5, 400);
    while (client.isConnected && this.#world.phase === 'load' && left > 0) {
      await pause(5);
      left -= 5;
    }
    await (this.#random.chance(0.3) ? client.disconnect() : client.cut());
  }
}
