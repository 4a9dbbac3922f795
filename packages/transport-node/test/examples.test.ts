import { expect, test } from 'vitest';
import { greet } from '../examples/line-server.ts';

test('the example of the README does what it says', async () => {
  expect(await greet()).toBe('hello, 127.0.0.1');
});
