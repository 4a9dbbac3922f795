import { expect, test } from 'vitest';

import { SupersededMessages } from './superseded-messages.ts';

test('gives positions in the order in which they were superseded', () => {
  const superseded = new SupersededMessages();
  for (const [position, topicName] of ['a', 'b', 'b', 'a', 'c'].entries()) {
    superseded.add(topicName, position);
  }
  superseded.supersede('c');
  superseded.supersede('d');
  expect(superseded.size).toBe(5);
  expect([superseded.take(), superseded.take(), superseded.take(), superseded.take()]).toEqual([1, 0, 4, undefined]);
});

test('goes on correctly when what was taken is trimmed', () => {
  const superseded = new SupersededMessages();
  const taken: (number | undefined)[] = [];
  for (let position = 0; position < 500; position += 1) {
    superseded.add('a', position);
    if (position % 3 !== 0) {
      taken.push(superseded.take());
    }
  }
  for (let position = superseded.take(); position !== undefined; position = superseded.take()) {
    taken.push(position);
  }
  expect(superseded.size).toBe(1);
  expect(taken).toEqual(Array.from({ length: 499 }, (_, position) => position));
});
