import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FlowResult, RunOptions } from './flow-run.ts';
import type { FlowScenario } from './scenario.ts';

/**
 * Runs a scenario in a generator process of its own.
 *
 * @throws {Error} when the generator ends without a result
 */
export async function generate(scenario: FlowScenario, options: RunOptions): Promise<FlowResult> {
  const child = fork(GENERATOR, { execArgv: [...process.execArgv], serialization: 'advanced' });
  let result: FlowResult | undefined;
  child.on('message', (message: FlowResult) => {
    result = message;
  });
  child.send({ scenario, options });
  const timer = setTimeout(() => child.kill('SIGKILL'), options.warmUpMs + options.measureMs + GRACE_MS);
  const [code]: unknown[] = await once(child, 'exit');
  clearTimeout(timer);
  if (result === undefined) throw new Error(`the generator ended with ${String(code)} and no result`);
  return result;
}

const GENERATOR = fileURLToPath(new URL('./generator.ts', import.meta.url));
const GRACE_MS = 60_000;
