import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.restoreAllMocks());

test('the quick start of the README prints what it says', async () => {
  const lines: unknown[] = [];
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
  await import('../examples/quick-start.ts');
  expect(lines).toEqual([
    'CONNECT of kitchen, version 5',
    1,
    'PUBLISH to sensors/kitchen/temperature: 4 bytes',
    3,
    'MalformedPacketError 0x81 at byte 0: MQTT-3.3.1-4',
    0,
  ]);
});
