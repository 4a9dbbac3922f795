import { expect, test } from 'vitest';
import { Simulation } from './simulation.ts';

const RUNS = Number(process.env['SKUA_CRASH_RUNS'] ?? 1000);
const SEED = Number(process.env['SKUA_CRASH_SEED'] ?? 1);

test('no crash, failure or delay of the store costs anything that was promised', async () => {
  let crashes = 0;
  let acknowledged = 0;
  let received = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const seed = SEED + run;
    const simulation = new Simulation({ seed, steps: 300, refuses: run % 4 === 0 });
    const found = await simulation.run();
    expect(found, `SKUA_CRASH_SEED=${seed} SKUA_CRASH_RUNS=1`).toEqual([]);
    crashes += simulation.crashes;
    const { messages, received: lists } = simulation.history;
    for (const { acknowledgedAt } of messages.values()) if (acknowledgedAt !== undefined) acknowledged += 1;
    for (const list of lists.values()) received += list.length;
  }
  // So that this cannot pass because nothing happens.
  expect(crashes / RUNS).toBeGreaterThan(2);
  expect(acknowledged / RUNS).toBeGreaterThan(4);
  expect(received / RUNS).toBeGreaterThan(10);
}, 120_000);
