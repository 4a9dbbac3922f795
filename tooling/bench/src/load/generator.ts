// The load generator, a process of its own: gets a scenario from its parent, runs it, sends the result back.
import { setTimeout as delay } from 'node:timers/promises';
import type { RunResult } from '../scenarios/run-result.ts';
import { FlowRun } from './flow-run.ts';
import type { GeneratedScenario } from './generate.ts';
import { runIdle } from './idle-run.ts';
import { runIsolation } from './isolation-run.ts';
import { runRetained } from './retained-run.ts';
import type { RunOptions } from './run-options.ts';

process.once('message', (job: { readonly scenario: GeneratedScenario; readonly options: RunOptions }) => {
  run(job.scenario, job.options).then(answer, (error: unknown) => answer(String(error)));
});

/** A result, or why there is none. */
function answer(result: RunResult | string): void {
  process.send?.(result, () => process.exit(0));
}

async function run(scenario: GeneratedScenario, options: RunOptions): Promise<RunResult> {
  if (scenario.kind === 'retained') return await runRetained(scenario, options);
  if (scenario.kind === 'idle') return await runIdle(scenario, options);
  if (scenario.kind === 'isolation') return await runIsolation(scenario, options);
  const flow = new FlowRun(scenario, options);
  await flow.start();
  await delay(options.warmUpMs);
  const measured = await flow.measure();
  return { ...measured, ...(await flow.stop()) };
}
