import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { startBroker } from '../src/broker-process.ts';
import { describeWith, paho, PYTHON } from '../src/required-program.ts';
import { RunningProgram } from '../src/running-program.ts';

afterAll(() => RunningProgram.stopAll());

const script = (name: string) => fileURLToPath(new URL(`../scripts/${name}`, import.meta.url));

describeWith([paho], 'Python paho', () => {
  test('the tutorial: a publisher with loop_start, a subscriber with loop_forever', async () => {
    const broker = await startBroker();
    const subscriber = new RunningProgram(PYTHON, [script('subscriber.py'), '127.0.0.1', `${broker.port}`]);
    await subscriber.line(/^subscribed \[1\]$/);
    const publisher = new RunningProgram(PYTHON, [script('publisher.py'), '127.0.0.1', `${broker.port}`]);
    expect((await publisher.exited).code).toBe(0);
    expect(publisher.outputLines).toHaveLength(10);
    expect((await subscriber.exited).code).toBe(0);
    expect(subscriber.outputLines).toEqual([
      'connected 0 0',
      'subscribed [1]',
      ...Array.from(
        { length: 10 },
        (_, number) => `sensors/kitchen/temperature ${(20 + number / 10).toFixed(1)} qos=1 retain=0`,
      ),
      'sensors/kitchen/state done qos=1 retain=0',
    ]);
    const late = new RunningProgram(PYTHON, [script('subscriber.py'), '127.0.0.1', `${broker.port}`]);
    expect((await late.exited).code).toBe(0);
    expect(late.outputLines).toEqual(['connected 0 0', 'subscribed [1]', 'sensors/kitchen/state done qos=1 retain=1']);
    expect(await broker.stop()).toBe(0);
  });
});
