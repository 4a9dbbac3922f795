// The load generator, a process of its own: gets a scenario from its parent, measures, sends the result back.
import { FlowRun, type RunOptions } from './flow-run.ts';
import type { FlowScenario } from './scenario.ts';
import { setTimeout as delay } from 'node:timers/promises';

process.once('message', (job: { readonly scenario: FlowScenario; readonly options: RunOptions }) => {
  void work(job.scenario, job.options);
});

async function work(scenario: FlowScenario, options: RunOptions): Promise<void> {
  const run = new FlowRun(scenario, options);
  await run.start();
  await delay(options.warmUpMs);
  const measured = await run.measure();
  const checked = await run.stop();
  process.send?.({ ...measured, ...checked }, () => process.exit(0));
}
