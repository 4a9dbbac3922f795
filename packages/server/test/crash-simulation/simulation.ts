import type { JournalEntry } from '@skua/broker';
import { createServer, type Server } from '../../src/index.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { History } from './history.ts';
import { SimulatedClient } from './simulated-client.ts';
import { SimulatedStore } from './simulated-store.ts';
import { verdicts, wrongRetained } from './verdicts.ts';

const TOPICS = ['t/0', 't/1'];
const RETAINED = ['r/0', 'r/1'];

/** What a run does beside what all of them do. */
export interface SimulationSettings {
  readonly seed: number;
  readonly steps: number;
  /** Whether publishers are refused while the store is unwell, instead of waiting. */
  readonly refuses: boolean;
}

/**
 * A server with its clients, in one thread and virtual time. Each step does one thing that was drawn by lot: bytes move, a
 * turn ends, a client acts, the store commits or fails, the process is lost. The same seed gives the same run.
 */
export class Simulation {
  readonly history: History = new History();
  readonly #settings: SimulationSettings;
  readonly #medium: (readonly JournalEntry[])[] = [];
  readonly #clients: readonly SimulatedClient[];
  readonly #watcher: SimulatedClient;
  #state: number;
  #now = 1_000_000;
  #process!: Process;
  crashes = 0;

  constructor(settings: SimulationSettings) {
    this.#settings = settings;
    this.#state = settings.seed >>> 0;
    const client = (name: string, isDurable: boolean, hasWill: boolean): SimulatedClient =>
      new SimulatedClient({ name, isDurable, hasWill }, this.history);
    this.#watcher = client('watcher', true, false);
    this.#clients = [
      this.#watcher,
      client('durable 1', true, true),
      client('durable 2', true, false),
      client('fleeting 1', false, true),
      client('fleeting 2', false, false),
    ];
  }

  /** Runs, lets everything come to rest, and judges. */
  async run(): Promise<string[]> {
    this.#process = await this.#start();
    await this.#prepare();
    for (let step = 0; step < this.#settings.steps; step += 1) {
      await this.#step();
      if (this.#process.store.refusal !== undefined) return [this.#process.store.refusal.message];
    }
    await this.#rest();
    const found = [
      ...verdicts(this.history, 'watcher', !this.#settings.refuses),
      ...this.#wrongSubscriptions(),
      ...this.#wrongValues(),
    ];
    await this.#settle();
    this.#process.isLost = true;
    return found;
  }

  /** The watcher has its subscriptions, and the others their sessions, before anything goes wrong. */
  async #prepare(): Promise<void> {
    for (const client of this.#clients) this.#connect(client);
    await this.#settle();
    for (const filter of [...TOPICS, 'w/durable 1', 'w/fleeting 1']) this.#watcher.subscribe(filter);
    await this.#settle();
  }

  async #step(): Promise<void> {
    const client = this.#clients[this.#pick(this.#clients.length)]!;
    const lot = this.#pick(100);
    if (lot < 20) client.transport?.deliver(1 + this.#pick(60));
    else if (lot < 40) client.remote?.deliver(1 + this.#pick(60));
    else if (lot < 52) this.#process.endTurn();
    else if (lot < 60) this.#process.store.commit();
    else if (lot < 62) this.#process.store.fail(this.#pick(2) === 0);
    else if (lot < 67) this.#advance([1, 100, 1000, 3000][this.#pick(4)]!);
    else if (lot < 80) client.answer();
    else if (lot < 99) this.#act(client);
    else await this.#crash();
    await microtasks();
  }

  #act(client: SimulatedClient): void {
    const kind = this.#pick(16);
    if (client.transport === undefined) {
      if (kind < 8) this.#connect(client);
    } else if (kind < 10) {
      if (client.underWay >= 5) return;
      const index = this.#clients.indexOf(client);
      const isRetained = kind === 0 && index >= 1 && index <= 2;
      const topicName = isRetained ? RETAINED[index - 1]! : TOPICS[this.#pick(2)]!;
      // Order is promised among messages of one QoS, so what is retained is written with one.
      const qos = isRetained ? index : 1 + this.#pick(2);
      client.publish(topicName, qos === 1 ? 1 : 2, isRetained);
    } else if (kind < 12) client.subscribe(TOPICS[this.#pick(2)]!);
    else if (kind === 12 && client !== this.#watcher) client.unsubscribe(TOPICS[this.#pick(2)]!);
    else if (kind === 13) client.lose();
    else if (kind === 14) client.disconnect();
  }

  #connect(client: SimulatedClient): void {
    this.#process.server.accept(client.connect());
  }

  async #crash(): Promise<void> {
    this.crashes += 1;
    this.#process.isLost = true;
    this.#process.store.crash(this.#pick(2) === 0);
    for (const client of this.#clients) {
      // What had left the process arrives, or a part of it.
      for (let chunks = this.#pick(3); chunks > 0; chunks -= 1) client.transport?.deliver(1 + this.#pick(100));
      client.lose();
    }
    this.#process = await this.#start();
  }

  async #start(): Promise<Process> {
    const process = new Process(new SimulatedStore(this.#medium), this.#now, this.#settings.refuses);
    process.store.failsToRead = () => !this.#isResting && this.#pick(8) === 0;
    await process.server.ready;
    await microtasks();
    return process;
  }

  #isResting = false;

  /** No more trouble: everybody comes back, takes what there is, and finishes what was begun. */
  async #rest(): Promise<void> {
    this.#isResting = true;
    if (this.#pick(2) === 0) await this.#crash();
    for (let round = 0; round < 4; round += 1) {
      for (const client of this.#clients) if (!client.isConnected) this.#connect(client);
      await this.#settle();
    }
  }

  /** Until nothing moves any more. */
  async #settle(): Promise<void> {
    for (let quiet = 0; quiet < 3;) {
      let moved = this.#process.endTurn();
      for (const client of this.#clients) {
        while (client.remote?.deliver() === true) moved = true;
        while (client.transport?.deliver() === true) moved = true;
        while (client.owesAnswers) {
          client.answer();
          moved = true;
        }
      }
      if (this.#process.store.isBusy) {
        this.#process.store.commit();
        moved = true;
      }
      await microtasks();
      // Timers: what gathers, and what is tried again.
      if (!moved) this.#advance(11_000);
      await microtasks();
      quiet = moved ? 0 : quiet + 1;
    }
  }

  #advance(milliseconds: number): void {
    this.#now += milliseconds;
    this.#process.clock.advance(milliseconds);
  }

  #wrongSubscriptions(): string[] {
    const { broker } = this.#process.server;
    return this.#clients.flatMap((client) => {
      const { name } = client.settings;
      const there = new Set(broker.listSubscriptions(name).items.map(({ subscriptionFilter }) => subscriptionFilter));
      return TOPICS.filter((filter) => !client.unsure.has(filter))
        .filter((filter) => there.has(filter) !== client.spans.has(filter))
        .map((filter) => `${name} is ${there.has(filter) ? '' : 'not '}subscribed to ${filter}`);
    });
  }

  #wrongValues(): string[] {
    const { items } = this.#process.server.broker.listRetained('#', this.#now);
    return RETAINED.flatMap((topicName) => {
      const found = items.find((message) => message.topicName === topicName);
      return wrongRetained(this.history, topicName, found && String.fromCodePoint(...found.payload));
    });
  }

  /** A number from 0 up to `end`, which is left out: mulberry32. */
  #pick(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  }
}

/** One life of the server. When it is lost nothing of it happens any more. */
class Process {
  readonly store: SimulatedStore;
  readonly clock: VirtualClock;
  readonly server: Server;
  #turnEnds: (() => void)[] = [];
  isLost = false;

  constructor(store: SimulatedStore, now: number, refuses: boolean) {
    this.store = store;
    this.clock = new VirtualClock(now);
    this.server = createServer({
      store,
      clock: this.clock,
      schedule: (callback) => this.#turnEnds.push(callback),
      random: () => 0.5,
      broker: {
        publishWhileStoreUnwell: refuses ? 'refuse' : 'pause',
        inflightMessagesMax: 3,
        queuedInMemoryMessagesMax: 2,
        queuedMessagesMax: 10_000,
      },
      limits: { journalBacklogMax: 20 },
    });
  }

  endTurn(): boolean {
    if (this.isLost) return false;
    const ends = this.#turnEnds.splice(0);
    for (const end of ends) end();
    return ends.length > 0;
  }
}

async function microtasks(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
}
