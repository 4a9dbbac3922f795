import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.restoreAllMocks());

test('the quick start prints what the README says', async () => {
  const lines: unknown[][] = [];
  vi.spyOn(console, 'log').mockImplementation((...values) => void lines.push(values));
  await import('../examples/quick-start.ts');
  expect(new Set(lines.slice(0, 4).map(([line]) => line))).toEqual(
    new Set([
      'sensors/cellar/temperature is 12.0',
      'sensors/kitchen/temperature is 21.5',
      'to archive, QoS 1, because of sensors/#',
      'to display, QoS 0, because of sensors/+/temperature',
    ]),
  );
  expect(lines.slice(4)).toEqual([
    [{ shareName: 'workers', filter: 'jobs/#' }],
    ['multiLevelWildcardNotAlone', 15, 'MQTT-4.7.1-1'],
  ]);
});
