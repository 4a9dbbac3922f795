import { setTimeout as delay } from 'node:timers/promises';
import type { BrokerUnderTest } from '../brokers/broker-under-test.ts';
import { pinToOneCpu } from './pin-to-one-cpu.ts';
import type { StartedBroker } from '../brokers/started-broker.ts';
import { readMemory } from '../load/cpu-meter.ts';
import { generate, type GeneratedScenario } from '../load/generate.ts';
import type { RunOptions } from '../load/run-options.ts';
import type { RunResult } from '../scenarios/run-result.ts';
import type { Scenario, TransportName } from '../scenarios/scenario.ts';

/** How a scenario is run. */
export interface ScenarioOptions extends Pick<RunOptions, 'warmUpMs' | 'measureMs' | 'stillMs'> {
  /** A folder for the broker's CPU profile. */
  readonly profileFolder?: string | undefined;
}

/** Starts a fresh broker, runs the scenario against it, stops it. What goes wrong is a failure in the result. */
export async function runScenario(
  scenario: Scenario,
  broker: BrokerUnderTest,
  options: ScenarioOptions,
): Promise<RunResult> {
  try {
    const transport = scenario.kind === 'flow' ? scenario.transport : 'tcp';
    const withStore = scenario.kind === 'flow' && scenario.store !== undefined;
    const { profileFolder } = options;
    const started = await broker.start({
      transport,
      profileFolder,
      withCounters: scenario.kind === 'isolation',
      withStore,
    });
    try {
      if (scenario.kind === 'flow' && scenario.oneCpu === true) pinToOneCpu(started.pid);
      return scenario.kind === 'start'
        ? await rest(started, options)
        : await load(scenario, started, transport, options);
    } finally {
      await started.stop();
    }
  } catch (error) {
    return { ...NOTHING, failures: [error instanceof Error ? error.message : String(error)] };
  }
}

async function rest(broker: StartedBroker, { measureMs }: ScenarioOptions): Promise<RunResult> {
  await delay(measureMs);
  const restingMib = readMemory(broker.pid).rssKib / 1024;
  return { ...NOTHING, figures: { startMs: broker.startMs, restingMib } };
}

async function load(
  scenario: GeneratedScenario,
  broker: StartedBroker,
  transport: TransportName,
  { warmUpMs, measureMs, stillMs }: ScenarioOptions,
): Promise<RunResult> {
  const endpoint = { transport, port: broker.port };
  const result = await generate(scenario, { endpoint, brokerPid: broker.pid, warmUpMs, measureMs, stillMs });
  if (scenario.kind !== 'isolation') return result;
  const uncountedDrops = Math.abs((result.notReceived ?? 0) - (await broker.dropped()));
  return { ...result, figures: { ...result.figures, uncountedDrops } };
}

const NOTHING: RunResult = {
  figures: {},
  lost: 0,
  duplicates: 0,
  outOfOrder: 0,
  failures: [],
  brokerBusy: 0,
  generatorBusy: 0,
  otherBusy: 0,
};
