import { expect, test } from 'vitest';
import { VirtualClock } from '../test/virtual-clock.ts';
import { BrokerTimer } from './broker-timer.ts';

test('fires at the earliest deadline, with one timer at a time', () => {
  const clock = new VirtualClock();
  const start = clock.now();
  const fired: number[] = [];
  const timer = new BrokerTimer(clock, () => fired.push(clock.now() - start));
  timer.arm(undefined);
  expect(clock.timers).toBe(0);
  timer.arm(start + 500);
  timer.arm(start + 900);
  timer.arm(start + 100);
  timer.arm(start + 100);
  expect(clock.timers).toBe(1);
  clock.advance(1000);
  expect(fired).toEqual([100]);
  timer.arm(start + 1500);
  clock.advance(1000);
  expect(fired).toEqual([100, 1500]);
});

test('a deadline in the past waits a millisecond, one far away is asked for in between, stop stops', () => {
  const clock = new VirtualClock();
  const start = clock.now();
  const fired: number[] = [];
  const timer = new BrokerTimer(clock, () => fired.push(clock.now() - start));
  timer.arm(start - 50);
  clock.advance(0);
  expect(fired).toEqual([]);
  clock.advance(1);
  timer.arm(Number.MAX_SAFE_INTEGER);
  clock.advance(2 ** 30);
  expect(fired).toEqual([1, 1 + 2 ** 30]);
  timer.arm(clock.now() + 10);
  timer.stop();
  clock.advance(100);
  expect(fired).toHaveLength(2);
  expect(clock.timers).toBe(0);
});
