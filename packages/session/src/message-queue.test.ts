import { describe, expect, test } from 'vitest';

import { MessageQueue, type DropReason, type MessageQueueLimits, type OverflowPolicy } from './message-queue.ts';

interface Message {
  readonly name: string;
  readonly topicName: string;
  readonly bytes: number;
  readonly qos: 0 | 1 | 2;
  readonly expiresAt: number | undefined;
}

const reader = {
  bytes: (queued: Message) => queued.bytes,
  expiresAt: (queued: Message) => queued.expiresAt,
  topicName: (queued: Message) => queued.topicName,
  qos: (queued: Message) => queued.qos,
};

const UNLIMITED: MessageQueueLimits = {
  messagesMax: Infinity,
  bytesMax: Infinity,
  overflow: 'dropNewest',
  queueQos0Messages: false,
};

function message(name: string, fields: Partial<Message> = {}): Message {
  return { name, topicName: name.slice(0, 1), bytes: 1, qos: 1, expiresAt: undefined, ...fields };
}

function makeQueue(limits: Partial<MessageQueueLimits> = {}) {
  const dropped: [string, DropReason][] = [];
  const queue = new MessageQueue<Message>({ ...UNLIMITED, ...limits }, reader, {
    messageDropped: ({ name }, reason) => dropped.push([name, reason]),
  });
  return { queue, dropped };
}

function names(queue: MessageQueue<Message>): string {
  return [...queue].map(({ name }) => name).join(' ');
}

describe('MessageQueue', () => {
  test('is first in, first out and counts bytes', () => {
    const { queue, dropped } = makeQueue();
    expect(queue.push(message('a', { bytes: 3 }), 0)).toBe('queued');
    queue.push(message('b', { bytes: 4 }), 0);
    expect([queue.length, queue.bytes]).toEqual([2, 7]);
    expect(queue.peek(0)?.name).toBe('a');
    expect(queue.shift(0)?.name).toBe('a');
    expect([queue.length, queue.bytes]).toEqual([1, 4]);
    expect(queue.shift(0)?.name).toBe('b');
    expect([queue.shift(0), queue.peek(0), queue.bytes]).toEqual([undefined, undefined, 0]);
    expect(dropped).toEqual([]);
  });

  test('takes QoS 0 only when told to', () => {
    const { queue, dropped } = makeQueue();
    expect(queue.push(message('a', { qos: 0 }), 0)).toBe('dropped');
    expect(dropped).toEqual([['a', 'qos0']]);
    expect(makeQueue({ queueQos0Messages: true }).queue.push(message('a', { qos: 0 }), 0)).toBe('queued');
  });

  test('expired messages are dropped when they are met', () => {
    const { queue, dropped } = makeQueue();
    expect(queue.push(message('a', { expiresAt: 10 }), 10)).toBe('dropped');
    queue.push(message('b', { expiresAt: 20 }), 10);
    queue.push(message('c', { expiresAt: 30 }), 10);
    queue.push(message('d'), 10);
    expect(queue.peek(19)?.name).toBe('b');
    expect(queue.peek(20)?.name).toBe('c');
    expect(queue.shift(31)?.name).toBe('d');
    expect(dropped.map(([name]) => name).join('')).toBe('abc');
    expect(dropped.every(([, reason]) => reason === 'expired')).toBe(true);
    expect(queue.bytes).toBe(0);
  });

  test('removeExpired drops them wherever they are', () => {
    const { queue, dropped } = makeQueue();
    for (const [name, expiresAt] of [
      ['a', 50],
      ['b', 20],
      ['c', undefined],
      ['d', 20],
    ] as const) {
      queue.push(message(name, { expiresAt }), 0);
    }
    expect(queue.removeExpired(19)).toBe(0);
    expect(queue.removeExpired(20)).toBe(2);
    expect(names(queue)).toBe('a c');
    expect(dropped).toEqual([
      ['b', 'expired'],
      ['d', 'expired'],
    ]);
    expect(queue.removeExpired(49)).toBe(0);
    expect(queue.removeExpired(50)).toBe(1);
    expect(names(queue)).toBe('c');
  });
});

describe('MessageQueue: overflow', () => {
  function overflow(policy: OverflowPolicy, pushes: readonly string[]) {
    const { queue, dropped } = makeQueue({ overflow: policy, messagesMax: 3 });
    const outcomes = pushes.map((name) => queue.push(message(name), 0));
    return { left: names(queue), dropped: dropped.map((entry) => entry.join(' ')), last: outcomes.at(-1) };
  }

  test('dropNewest refuses', () => {
    expect(overflow('dropNewest', ['a1', 'b1', 'c1', 'd1'])).toEqual({
      left: 'a1 b1 c1',
      dropped: ['d1 queueFull'],
      last: 'dropped',
    });
  });

  test('disconnect refuses and says so', () => {
    expect(overflow('disconnect', ['a1', 'b1', 'c1', 'd1'])).toEqual({
      left: 'a1 b1 c1',
      dropped: ['d1 queueFull'],
      last: 'disconnect',
    });
  });

  test('dropOldest lets the oldest go', () => {
    expect(overflow('dropOldest', ['a1', 'b1', 'c1', 'd1'])).toEqual({
      left: 'b1 c1 d1',
      dropped: ['a1 displaced'],
      last: 'queued',
    });
  });

  test('keepLastPerTopic lets go what is not the last of its topic, first superseded first', () => {
    expect(overflow('keepLastPerTopic', ['a1', 'b1', 'b2', 'a2'])).toMatchObject({
      left: 'a1 b2 a2',
      dropped: ['b1 superseded'],
    });
    expect(overflow('keepLastPerTopic', ['a1', 'b1', 'b2', 'a2', 'c1'])).toMatchObject({
      left: 'b2 a2 c1',
      dropped: ['b1 superseded', 'a1 superseded'],
    });
  });

  test('keepLastPerTopic counts the new message', () => {
    expect(overflow('keepLastPerTopic', ['a1', 'b1', 'c1', 'b2'])).toMatchObject({
      left: 'a1 c1 b2',
      dropped: ['b1 superseded'],
    });
  });

  test('keepLastPerTopic lets the oldest go when every topic has one', () => {
    expect(overflow('keepLastPerTopic', ['a1', 'b1', 'c1', 'd1', 'b2'])).toEqual({
      left: 'c1 d1 b2',
      dropped: ['a1 displaced', 'b1 superseded'],
      last: 'queued',
    });
  });

  test('bytes count as well, and one message may cost several', () => {
    const { queue, dropped } = makeQueue({ overflow: 'dropOldest', bytesMax: 10 });
    for (const name of ['a', 'b', 'c']) {
      queue.push(message(name, { bytes: 3 }), 0);
    }
    queue.push(message('d', { bytes: 7 }), 0);
    expect([names(queue), queue.bytes]).toEqual(['c d', 10]);
    expect(dropped).toEqual([
      ['a', 'displaced'],
      ['b', 'displaced'],
    ]);
  });

  test.each(['dropNewest', 'dropOldest', 'keepLastPerTopic', 'disconnect'] as const)(
    '%s: a message that is larger than the queue costs no other',
    (policy) => {
      const { queue, dropped } = makeQueue({ overflow: policy, bytesMax: 10 });
      queue.push(message('a', { bytes: 10 }), 0);
      expect(queue.push(message('b', { bytes: 11 }), 0)).toBe('dropped');
      expect(names(queue)).toBe('a');
      expect(dropped).toEqual([['b', 'tooLarge']]);
    },
  );

  test.each(['dropNewest', 'dropOldest', 'keepLastPerTopic', 'disconnect'] as const)(
    '%s: a queue for no messages refuses',
    (policy) => {
      const { queue, dropped } = makeQueue({ overflow: policy, messagesMax: 0 });
      expect(queue.push(message('a'), 0)).toBe(policy === 'disconnect' ? 'disconnect' : 'dropped');
      expect(dropped).toEqual([['a', 'queueFull']]);
    },
  );

  test('expired messages go before living ones', () => {
    const { queue, dropped } = makeQueue({ overflow: 'dropOldest', messagesMax: 2 });
    queue.push(message('a'), 0);
    queue.push(message('b', { expiresAt: 10 }), 0);
    queue.push(message('c'), 10);
    expect(names(queue)).toBe('a c');
    expect(dropped).toEqual([['b', 'expired']]);
  });
});

test('a stored queue comes back whole, whatever the limits are now', () => {
  const { queue } = makeQueue();
  queue.push(message('a', { bytes: 5 }), 0);
  queue.push(message('b', { bytes: 6 }), 0);
  const { queue: restored, dropped } = makeQueue({ messagesMax: 1, bytesMax: 5 });
  restored.restore(JSON.parse(JSON.stringify(queue.exportState())));
  expect([names(restored), restored.bytes]).toEqual(['a b', 11]);
  expect(restored.push(message('c'), 0)).toBe('dropped');
  restored.shift(0);
  restored.shift(0);
  expect(restored.push(message('d'), 0)).toBe('queued');
  expect(dropped).toEqual([['c', 'queueFull']]);
});
