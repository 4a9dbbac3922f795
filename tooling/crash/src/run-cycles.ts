import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRetained } from './actors/retained-reader.ts';
import type { BrokerKind } from './brokers/broker-kind.ts';
import { BrokerProcess, freePort } from './brokers/broker-process.ts';
import { countMissing } from './checks/check-history.ts';
import { topicsWithValue } from './checks/check-retained.ts';
import { HistoryIndex } from './checks/history-index.ts';
import { History } from './history.ts';
import { Random } from './random.ts';
import { createActors, RETAINED_TOPICS } from './workload.ts';
import { pause, type Actor, type World } from './world.ts';

/** What a run is asked for. */
export interface RunPlan {
  readonly kind: BrokerKind;
  /** How many times the broker is killed. */
  readonly cycles: number;
  readonly seed: number;
  /** How long it lives at most, in milliseconds; most lives are short. 2,500 by default. */
  readonly lifeMsMax?: number | undefined;
  /** When nothing has come for so many milliseconds what is missing will not come; 5,000 by default. */
  readonly patienceMs?: number | undefined;
  /** Called after each cycle. */
  readonly onCycle?: ((cycle: number) => void) | undefined;
}

/** How a run went. */
export interface Run {
  readonly history: History;
  /** Why the broker was not there in the end; undefined: it came back every time. */
  readonly failedStart: { readonly cycle: number; readonly output: string } | undefined;
  /** The clients that were not done when the patience was over. */
  readonly unsettled: readonly string[];
}

/**
 * Starts a broker, lets the workload work with it, and kills it at a random moment: while it works, while it starts, while
 * it recovers. Again and again; after the last time it stays, and everybody gets what is still to come.
 */
export async function runCycles(plan: RunPlan): Promise<Run> {
  const { kind, cycles, seed, lifeMsMax = LIFE_MS_MAX, patienceMs = PATIENCE_MS, onCycle } = plan;
  const random = new Random(seed);
  const folder = mkdtempSync(join(tmpdir(), 'skua-crash-'));
  const port = await freePort();
  const history = new History();
  let isAlive = false;
  let phase: World['phase'] = 'load';
  const world: World = {
    broker: { port, isAlive: () => isAlive },
    history,
    get phase() {
      return phase;
    },
  };
  const actors = createActors(world, random.fork());
  const running = actors.map((actor) => actor.run());
  let process: BrokerProcess | undefined;
  let failedStart: Run['failedStart'];
  let unsettled: readonly string[] = [];
  let startMs = FIRST_START_MS;

  const start = async (cycle: number): Promise<boolean> => {
    process = new BrokerProcess(kind, port, folder);
    isAlive = true;
    history.add({ type: 'brokerStarted', cycle });
    const startedAt = performance.now();
    if (!(await process.listening())) {
      isAlive = false;
      failedStart = { cycle, output: process.output };
      return false;
    }
    startMs = performance.now() - startedAt;
    history.add({ type: 'brokerListening', cycle });
    return true;
  };
  const kill = async (cycle: number, during: 'start' | 'load'): Promise<void> => {
    // Said before it is done: who sees a closed connection afterwards does not know why.
    isAlive = false;
    history.add({ type: 'brokerKilled', cycle, during });
    await process?.kill();
  };

  try {
    for (let cycle = 1; cycle <= cycles; cycle += 1) {
      if (cycle > 1 && random.chance(KILLED_WHILE_STARTING)) {
        process = new BrokerProcess(kind, port, folder);
        isAlive = true;
        history.add({ type: 'brokerStarted', cycle });
        await pause(random.next() * startMs * 1.2);
        await kill(cycle, 'start');
      } else {
        if (!(await start(cycle))) break;
        if (random.chance(RETAINED_READ)) void readAllRetained(world);
        await pause(
          random.integer(LIFE_MS_MIN, random.chance(SHORT_LIFE) ? Math.min(SHORT_LIFE_MS_MAX, lifeMsMax) : lifeMsMax),
        );
        if (process?.hasEnded === true) {
          failedStart = { cycle, output: process.output };
          break;
        }
        await kill(cycle, 'load');
      }
      onCycle?.(cycle);
    }
    if (failedStart === undefined && (await start(cycles + 1))) {
      phase = 'settling';
      await settle(actors, history, patienceMs);
      await readAllRetained(world);
      unsettled = actors.filter((actor) => !actor.isSettled).map(({ name }) => name);
    }
  } finally {
    phase = 'over';
    await kill(cycles + 1, 'load');
    await Promise.all(running);
    rmSync(folder, { recursive: true, force: true });
  }
  return { history, failedStart, unsettled };
}

async function readAllRetained(world: World): Promise<void> {
  await readRetained(world, RETAINED_TOPICS, (since) =>
    topicsWithValue(new HistoryIndex(world.history.events), RETAINED_TOPICS, since),
  );
}

// Ends early when nothing is missing; what is missing gets time as long as anything arrives.
async function settle(actors: readonly Actor[], history: History, patienceMs: number): Promise<void> {
  let length = history.length;
  let changedAt = performance.now();
  let isComplete = false;
  const deadline = changedAt + SETTLING_MS_MAX;
  while (performance.now() < deadline) {
    await pause(50);
    if (history.length !== length) {
      length = history.length;
      changedAt = performance.now();
      isComplete = false;
      continue;
    }
    const idle = performance.now() - changedAt;
    if (idle < QUIET_MS) continue;
    isComplete ||= actors.every((actor) => actor.isSettled) && countMissing(history.events) === 0;
    if (isComplete || idle > patienceMs) return;
  }
}

const FIRST_START_MS = 300;
/** The share of cycles in which the broker is killed before it can listen. */
const KILLED_WHILE_STARTING = 0.2;
/** The share of the other cycles in which somebody reads what is retained. */
const RETAINED_READ = 0.4;
const LIFE_MS_MIN = 30;
const LIFE_MS_MAX = 2_500;
/** The share of lives that are short: much goes on at the start of each. */
const SHORT_LIFE = 0.75;
const SHORT_LIFE_MS_MAX = 900;
/** Nothing happened for so long: perhaps everything has. */
const QUIET_MS = 300;
/** Nothing happened for so long: what is missing will not come. */
const PATIENCE_MS = 5_000;
const SETTLING_MS_MAX = 120_000;
