import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sessionsAfterRestart } from '../examples/restart.ts';

test('the example of the README does what it says', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'skua-example-'));
  expect(await sessionsAfterRestart(join(directory, 'store'))).toBe(1);
  rmSync(directory, { recursive: true });
});
