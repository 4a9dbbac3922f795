import { expect, test } from 'vitest';
import { checkHistory } from './checks/check-history.ts';
import { History } from './history.ts';
import { tellStory } from './story.ts';

test('the story of a lost message tells what it, its subscriber and the broker went through', () => {
  let now = 0;
  const history = new History(() => now);
  history.add({ type: 'brokerStarted', cycle: 1 });
  history.add({ type: 'subscribing', client: 's', filter: 'a', qos: 1 });
  history.add({ type: 'subscribed', client: 's', filter: 'a', qos: 1 });
  now = 1_500;
  const message = { publisher: 'p', serial: 7 };
  history.add({ type: 'published', ...message, topic: 'a', qos: 1, retain: false, empty: false });
  history.add({ type: 'connected', client: 'somebody else', sessionPresent: true });
  history.add({ type: 'acknowledged', ...message });
  history.add({ type: 'completed', ...message });
  history.add({ type: 'brokerKilled', cycle: 1, during: 'load' });
  now = 2_000;
  history.add({ type: 'brokerStarted', cycle: 2 });
  history.add({ type: 'connected', client: 's', sessionPresent: true });
  const [violation] = checkHistory(history.events);
  expect(violation?.kind).toBe('lost');
  expect(violation === undefined ? [] : tellStory(history.events, violation)).toEqual([
    "0.000 s  s gets SUBACK for 'a'",
    "1.500 s  p sends message 7 to 'a', QoS 1",
    '1.500 s  p gets PUBACK or PUBREC for message 7',
    "1.500 s  p's exchange for message 7 is complete",
    '1.500 s  kill -9 (cycle 1, at work)',
    '2.000 s  the broker is started (cycle 2)',
    '2.000 s  s is connected, its session is there',
  ]);
});
