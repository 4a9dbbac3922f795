import { expect, test } from 'vitest';
import { echo } from '../examples/echo.ts';

test('the example of the README does what it says', () => {
  expect(echo('hello')).toBe('hello');
});
