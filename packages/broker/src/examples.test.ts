import { expect, it } from 'vitest';

import { receivedInMemory } from '../examples/in-memory.ts';

it('the example of the README does what it says', () => {
  expect(receivedInMemory(0)).toEqual([
    'alice gets connack',
    'bob gets connack',
    'bob gets suback',
    'bob gets publish',
    'alice gets puback',
    'alice gets disconnect',
    'bob gets disconnect',
  ]);
});
