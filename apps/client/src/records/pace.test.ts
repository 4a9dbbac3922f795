import { parseTopicName } from '@skua/topics';
import { expect, test } from 'vitest';
import { parseMessageLine } from './message-line.ts';
import { Pace, type PaceSettings } from './pace.ts';

/** The moments, in milliseconds from the start, at which lines of these times are published. */
function moments(settings: PaceSettings, times: readonly string[], workMs: number): readonly number[] {
  let clock = 1000;
  const pace = new Pace(settings, () => clock);
  return times.map((time) => {
    const line = { ...parseMessageLine('{"topic":"a"}'), topic: parseTopicName('a'), time };
    clock += pace.pauseBefore(line);
    const at = clock - 1000;
    clock += workMs;
    return at;
  });
}

const TIMES = ['2026-01-01T00:00:10.000500Z', '2026-01-01T00:00:10.250500Z', '2026-01-01T00:00:20.250500Z'];

test.each<[string, PaceSettings, number, readonly number[]]>([
  ['as it was, whatever the work takes', { speed: 1, gapMax: Number.POSITIVE_INFINITY }, 100, [0, 250, 10_250]],
  ['ten times as fast', { speed: 10, gapMax: Number.POSITIVE_INFINITY }, 1, [0, 25, 1025]],
  ['with shorter gaps', { speed: 1, gapMax: 2 }, 0, [0, 250, 2250]],
  ['without pauses', { speed: Number.POSITIVE_INFINITY, gapMax: 1 }, 0, [0, 0, 0]],
])('%s', (_, settings, workMs, expected) => {
  expect(moments(settings, TIMES, workMs).map((moment) => Math.round(moment * 1000) / 1000)).toEqual(expected);
});

test('a line without a time, or from before the last, does not wait', () => {
  const settings = { speed: 1, gapMax: Number.POSITIVE_INFINITY };
  expect(moments(settings, ['', 'yesterday', TIMES[1]!, TIMES[0]!], 0)).toEqual([0, 0, 0, 0]);
});
