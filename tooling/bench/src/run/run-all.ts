import type { BrokerUnderTest } from '../brokers/broker-under-test.ts';
import type { RunResult } from '../scenarios/run-result.ts';
import type { NamedScenario } from '../scenarios/scenarios.ts';
import { runScenario, type ScenarioOptions } from './run-scenario.ts';

/** Every run of a command: one broker in one scenario once. */
export interface Run {
  readonly scenario: string;
  /** The broker's title. */
  readonly broker: string;
  readonly round: number;
  readonly result: RunResult;
}

/**
 * Runs scenarios against brokers, a fresh process each. The brokers alternate within a round, so that what the machine
 * does meanwhile hits all of them.
 */
export async function* runAll(
  scenarios: readonly NamedScenario[],
  brokers: readonly BrokerUnderTest[],
  rounds: number,
  options: ScenarioOptions,
): AsyncGenerator<Run> {
  for (const { name, scenario, brokers: wanted, baseline } of scenarios) {
    for (let round = 0; round < rounds; round++) {
      for (const broker of brokers) {
        if (!broker.supports(scenario) || wanted?.includes(broker.name) === false) continue;
        yield { scenario: name, broker: broker.title, round, result: await runScenario(scenario, broker, options) };
        if (baseline === undefined) continue;
        const result = await runScenario(baseline, broker, options);
        yield { scenario: baselineOf(name), broker: broker.title, round, result };
      }
    }
  }
}

/** The name under which the runs of a scenario's baseline are kept. */
export function baselineOf(scenario: string): string {
  return `${scenario} baseline`;
}
