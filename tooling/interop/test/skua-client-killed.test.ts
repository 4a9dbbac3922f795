import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, fileStore } from '@skua/client/node';
import { afterAll, expect, test } from 'vitest';
import { startBroker } from '../src/broker-process.ts';
import { RunningProgram } from '../src/running-program.ts';

const PROGRAM = fileURLToPath(new URL('../src/publishing-program.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'skua-interop-'));

afterAll(async () => {
  await RunningProgram.stopAll();
  rmSync(folder, { recursive: true });
});

test('what a killed process had admitted arrives: QoS 2 once, QoS 1 at least once', async () => {
  const broker = await startBroker('listener 0 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n');
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const file = join(folder, 'session');
  await using witness = await connect(url);
  const heard: number[] = [];
  await witness.subscribe('killed/+', (message) => void heard.push(Number(message.text())), { qos: 2 });
  const admitted: number[] = [];
  const note = (program: RunningProgram): void => {
    for (const line of program.outputLines) if (line.startsWith('admitted ')) admitted.push(Number(line.slice(9)));
  };
  let unfinished = 0;
  for (const round of [1, 2, 3]) {
    const program = new RunningProgram(process.execPath, [PROGRAM, url, file, `${round}000000`]);
    await program.lines(/^admitted /, 100);
    program.kill('SIGKILL');
    expect(await program.exited).toEqual({ code: null, signal: 'SIGKILL' });
    note(program);
    const store = fileStore(file);
    unfinished += (await store.load())?.deliveries.length ?? 0;
    await store.close?.();
  }
  expect(unfinished).toBeGreaterThan(0);
  const last = new RunningProgram(process.execPath, [PROGRAM, url, file, '4000000', '20']);
  await last.line(/^closed$/);
  note(last);
  expect((await last.exited).code).toBe(0);
  expect(admitted.length).toBeGreaterThanOrEqual(320);
  const missing = (): number[] => {
    const all = new Set(heard);
    return admitted.filter((number) => !all.has(number));
  };
  await expect.poll(missing, { timeout: 10_000 }).toEqual([]);
  const exact = heard.filter((number) => number % 2 === 0);
  expect(exact).toHaveLength(new Set(exact).size);
  await witness.close();
  expect(await broker.stop()).toBe(0);
});
