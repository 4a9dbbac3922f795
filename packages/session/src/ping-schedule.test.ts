import { describe, expect, test } from 'vitest';

import { PingSchedule } from './ping-schedule.ts';

describe('PingSchedule', () => {
  test('asks for PINGREQ a second before the Keep Alive is over, counted from the last packet sent', () => {
    const schedule = new PingSchedule(60, 0);
    expect(schedule.deadline).toBe(59_000);
    schedule.handleSent(10_000);
    expect(schedule.deadline).toBe(69_000);
    expect(schedule.check(68_999)).toBe('none');
    expect(schedule.check(69_000)).toBe('sendPingreq');
    expect(schedule.check(69_000)).toBe('none');
  });

  test('takes a quarter off a Keep Alive of a few seconds', () => {
    expect(new PingSchedule(1, 0).deadline).toBe(750);
    expect(new PingSchedule(4, 0).deadline).toBe(3000);
  });

  test('counts on from PINGREQ after PINGRESP', () => {
    const schedule = new PingSchedule(60, 0);
    schedule.check(59_000);
    schedule.handlePingresp();
    expect(schedule.deadline).toBe(118_000);
    expect(schedule.check(118_000)).toBe('sendPingreq');
  });

  test('gives up half a Keep Alive after PINGREQ, before the server would have', () => {
    const schedule = new PingSchedule(60, 0);
    schedule.check(59_000);
    expect(schedule.deadline).toBe(89_000);
    expect(schedule.check(88_999)).toBe('none');
    expect(schedule.check(89_000)).toBe('close');
  });

  test('waits longer for PINGRESP while other bytes arrive', () => {
    const schedule = new PingSchedule(60, 0, 5000);
    schedule.handleReceived(58_000);
    schedule.check(59_000);
    expect(schedule.deadline).toBe(64_000);
    schedule.handleReceived(63_000);
    expect(schedule.deadline).toBe(68_000);
    expect(schedule.check(68_000)).toBe('close');
  });

  test('0 turns it off', () => {
    const schedule = new PingSchedule(0, 0);
    expect(schedule.deadline).toBe(Infinity);
    expect(schedule.check(Number.MAX_SAFE_INTEGER)).toBe('none');
  });
});
