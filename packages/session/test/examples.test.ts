import { expect, test, vi } from 'vitest';

test('the example of the README prints what the README says', async () => {
  const print = vi.spyOn(console, 'log').mockReturnValue();
  await import('../examples/cut-in-the-middle.ts');
  expect(print.mock.calls).toEqual([
    [['PUBLISH 1 is new', 'PUBLISH 1 with DUP is a duplicate', 'PUBREL 1: released', 'PUBCOMP 1: done'].join('\n')],
  ]);
  print.mockRestore();
});
