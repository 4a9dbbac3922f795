import { expect, it } from 'vitest';
import { FlowRun, type Checked } from '../src/load/flow-run.ts';
import type { FlowScenario } from '../src/scenarios/scenario.ts';
import { startFaultyBroker, type Fate } from './faulty-broker.ts';

const PAIR: FlowScenario = {
  kind: 'flow',
  pattern: 'pairs',
  publishers: 2,
  subscribers: 2,
  qos: 0,
  payloadBytes: 20,
  window: 40,
  protocolVersion: 4,
  transport: 'tcp',
};

/** What a run finds when its 31st message meets this fate. */
async function runWith(fate: Fate): Promise<Checked> {
  const broker = await startFaultyBroker((message) => (message === 30 ? fate : 'deliver'));
  try {
    const run = new FlowRun(PAIR, {
      endpoint: { transport: 'tcp', port: broker.port },
      brokerPid: process.pid,
      warmUpMs: 0,
      measureMs: 0,
      stillMs: 50,
    });
    await run.start();
    return await run.stop();
  } finally {
    broker.stop();
  }
}

it.each<[Fate, Partial<Checked>]>([
  ['deliver', { lost: 0, duplicates: 0, outOfOrder: 0, failures: [] }],
  ['drop', { lost: 1, duplicates: 0, outOfOrder: 0 }],
  ['double', { lost: 0, duplicates: 1, outOfOrder: 0 }],
  ['swap', { lost: 0, duplicates: 0, outOfOrder: 1 }],
])('sees what a broker does that decides to %s', async (fate, found) => {
  expect(await runWith(fate)).toMatchObject(found);
});
