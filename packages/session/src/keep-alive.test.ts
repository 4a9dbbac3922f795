import { describe, expect, test } from 'vitest';

import { KeepAliveWatch, keepAliveTimeoutMs } from './keep-alive.ts';

describe('KeepAliveWatch', () => {
  test('ends one and a half times the Keep Alive after the last packet', () => {
    const watch = new KeepAliveWatch(60, 1000);
    expect(watch.deadline).toBe(91_000);
    expect(watch.isExpired(90_999)).toBe(false);
    expect(watch.isExpired(91_000)).toBe(true);
    watch.handleReceived(90_000);
    expect(watch.deadline).toBe(180_000);
    expect(watch.isExpired(179_999)).toBe(false);
  });

  test('counts half seconds of an odd Keep Alive', () => {
    expect([keepAliveTimeoutMs(1), keepAliveTimeoutMs(65_535)]).toEqual([1500, 98_302_500]);
  });

  test('0 turns it off', () => {
    const watch = new KeepAliveWatch(0, 1000);
    expect(watch.deadline).toBe(Infinity);
    expect(watch.isExpired(Number.MAX_SAFE_INTEGER)).toBe(false);
  });
});
