import { parseArgs } from 'node:util';
import type { BrokerName } from '../brokers/broker-under-test.ts';
import { SCENARIOS, type NamedScenario } from '../scenarios/scenarios.ts';
import type { ScenarioOptions } from './run-scenario.ts';

/** What the command line asks for. */
export interface Arguments extends ScenarioOptions {
  readonly scenarios: readonly NamedScenario[];
  readonly peers: readonly BrokerName[];
  readonly rounds: number;
  readonly jsonFile: string | undefined;
  /** Files that `--json` wrote: their runs are reported and nothing is measured. */
  readonly savedRuns: readonly string[] | undefined;
  /** Whether docs/benchmarks.md gets a section. */
  readonly append: boolean;
  /** What is no option. */
  readonly positionals: readonly string[];
}

/**
 * Reads the options that the commands share.
 *
 * @throws {Error} on an option, scenario or peer that does not exist, and on numbers out of range
 */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const profileFolder = values.profile;
  return {
    scenarios: chosen(values.scenario, SCENARIOS, 'scenario'),
    peers: chosen(values.peer, PEERS, 'peer').map(({ name }) => name),
    rounds: numberIn(values.rounds, 'rounds', 1, 1_000),
    measureMs: numberIn(values.seconds, 'seconds', 0.1, 3_600) * 1000,
    warmUpMs: numberIn(values['warm-up'], 'warm-up', 0, 3_600) * 1000,
    profileFolder,
    jsonFile: values.json,
    savedRuns: values.from?.split(','),
    append: values['no-append'] !== true && profileFolder === undefined && values.scenario === undefined,
    positionals,
  };
}

function chosen<T extends { readonly name: string }>(names: string | undefined, all: readonly T[], what: string): T[] {
  if (names === undefined) return [...all];
  return names.split(',').map((name) => {
    const found = all.find((each) => each.name === name);
    if (found === undefined) {
      throw new Error(
        `no ${what} is called ${JSON.stringify(name)}; known: ${all.map((each) => each.name).join(', ')}`,
      );
    }
    return found;
  });
}

function numberIn(text: string, name: string, minimum: number, maximum: number): number {
  const value = Number(text);
  if (!(value >= minimum && value <= maximum)) {
    throw new Error(`--${name} is ${text}; allowed: ${minimum} to ${maximum}`);
  }
  return value;
}

const PEERS: readonly { readonly name: BrokerName }[] = [{ name: 'mosquitto' }, { name: 'aedes' }];
const OPTIONS = {
  scenario: { type: 'string' },
  peer: { type: 'string' },
  rounds: { type: 'string', default: '3' },
  seconds: { type: 'string', default: '3' },
  'warm-up': { type: 'string', default: '1.5' },
  profile: { type: 'string' },
  json: { type: 'string' },
  from: { type: 'string' },
  'no-append': { type: 'boolean' },
} as const;
