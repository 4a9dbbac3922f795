import { expect, test } from 'vitest';
import { sessionsAfterRestart } from '../examples/restart.ts';

test('the example of the README does what it says', async () => {
  expect(await sessionsAfterRestart()).toBe(1);
});
