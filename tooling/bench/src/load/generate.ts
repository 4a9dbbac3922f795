import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pinToOneCpu } from '../run/pin-to-one-cpu.ts';
import type { RunResult } from '../scenarios/run-result.ts';
import type { Scenario, StartScenario } from '../scenarios/scenario.ts';
import type { RunOptions } from './run-options.ts';

/** A scenario that needs a load. */
export type GeneratedScenario = Exclude<Scenario, StartScenario>;

/**
 * Runs a scenario in a generator process of its own.
 *
 * @throws {Error} when the generator ends without a result
 */
export async function generate(scenario: GeneratedScenario, options: RunOptions): Promise<RunResult> {
  const child = fork(GENERATOR, { execPath: strippingNode(), serialization: 'advanced' });
  let result: RunResult | string | undefined;
  child.on('message', (message: RunResult | string) => {
    result = message;
  });
  if (scenario.kind === 'flow' && scenario.oneCpu === true && child.pid !== undefined) pinToOneCpu(child.pid);
  child.send({ scenario, options });
  const timer = setTimeout(() => child.kill('SIGKILL'), options.warmUpMs + options.measureMs + GRACE_MS);
  const [code]: unknown[] = await once(child, 'exit');
  clearTimeout(timer);
  if (result === undefined) throw new Error(`the generator ended with ${String(code)} and no result`);
  if (typeof result === 'string') throw new Error(result);
  return result;
}

/** A Node.js that runs TypeScript: this one, or under Node.js 20 the one that the repository is developed with. */
function strippingNode(): string {
  return !('typescript' in process.features) && existsSync(DEVELOPMENT_NODE) ? DEVELOPMENT_NODE : process.execPath;
}

const GENERATOR = fileURLToPath(new URL('./generator.ts', import.meta.url));
const DEVELOPMENT_NODE = fileURLToPath(new URL('../../../../node_modules/.bin/node', import.meta.url));
const GRACE_MS = 120_000;
