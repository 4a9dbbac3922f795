import { expect, test } from 'vitest';
import { TopicView } from './topic-view.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const OPTIONS = { rows: 100, columns: 80, colours: false };

test('levels are sorted, with payload, number and rate', () => {
  const view = new TopicView();
  for (const topic of ['b/x', 'a', 'b/x', '/', 'b']) view.add(topic, encode(`of ${topic}`), topic === 'a');
  view.turn(1);
  expect(view.lines(OPTIONS)).toEqual([
    '5 messages, 5/s, 5 levels',
    "├─ '' 1, 1/s",
    "│  └─ '' = of / 1, 1/s",
    '├─ a = of a retained 1, 1/s',
    '└─ b = of b 3, 3/s',
    '   └─ x = of b/x 2, 2/s',
  ]);
  for (let second = 0; second < 20; second++) view.turn(1);
  expect(view.lines(OPTIONS)[0]).toBe('5 messages, 0/s, 5 levels');
});

test('what does not fit stays folded, the busiest is unfolded first', () => {
  const view = new TopicView();
  for (let index = 0; index < 4; index++) view.add(`quiet/${index}`, encode('1'), false);
  for (let index = 0; index < 8; index++) view.add(`busy/${index % 4}`, encode('1'), false);
  view.turn(1);
  const lines = view.lines({ ...OPTIONS, rows: 9 });
  expect(lines).toHaveLength(7);
  expect(lines.at(-1)).toBe('└─ quiet (4 levels below) 4, 4/s');
});

test('topics beyond the bound are counted only, and nothing controls the terminal', () => {
  const view = new TopicView(2);
  view.add('a/b', encode('x\u001b[2Jy'), false);
  view.add('c', encode('x'), false);
  view.add('a/b', Uint8Array.of(255, 1), false);
  const lines = view.lines(OPTIONS);
  expect(lines[0]).toContain('2 levels; 1 messages of further topics are counted only');
  expect(lines.at(-1)).toContain('b = 2 bytes');
  view.add('a/b', encode('x\u001b[2Jy'), false);
  expect(view.lines(OPTIONS).at(-1)).toContain('b = x·[2Jy');
});
