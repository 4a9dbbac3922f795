// A MessageQueue against a plain array, for each overflow policy, with expiry.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { MessageQueue, type DropReason, type OverflowPolicy, type PushOutcome } from '../src/index.ts';

interface Message {
  readonly number: number;
  readonly topicName: string;
  readonly bytes: number;
  readonly qos: 0 | 1 | 2;
  readonly expiresAt: number | undefined;
}

class Model {
  messages: Message[] = [];
  dropped: (readonly [number, DropReason])[] = [];
  readonly messagesMax: number;
  readonly bytesMax: number;
  readonly overflow: OverflowPolicy;
  readonly queueQos0Messages: boolean;

  constructor(messagesMax: number, bytesMax: number, overflow: OverflowPolicy, queueQos0Messages: boolean) {
    this.messagesMax = messagesMax;
    this.bytesMax = bytesMax;
    this.overflow = overflow;
    this.queueQos0Messages = queueQos0Messages;
  }

  bytes(): number {
    return this.messages.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  drop(message: Message, reason: DropReason): void {
    this.messages = this.messages.filter((other) => other !== message);
    this.dropped.push([message.number, reason]);
  }

  fits(message: Message): boolean {
    return this.messages.length < this.messagesMax && this.bytes() + message.bytes <= this.bytesMax;
  }

  dropExpired(now: number): number {
    const expired = this.messages.filter(({ expiresAt = Infinity }) => expiresAt <= now);
    for (const message of expired) {
      this.drop(message, 'expired');
    }
    return expired.length;
  }

  // A message is superseded by the next one of its topic; the one that was superseded by the earliest goes first.
  firstSuperseded(incoming: Message): Message | undefined {
    const all = [...this.messages, incoming];
    const superseder = (message: Message): number =>
      all.findIndex(({ topicName }, index) => index > all.indexOf(message) && topicName === message.topicName);
    return this.messages.filter((each) => superseder(each) !== -1).toSorted((a, b) => superseder(a) - superseder(b))[0];
  }

  push(message: Message, now: number): PushOutcome {
    if (message.qos === 0 && !this.queueQos0Messages) {
      this.drop(message, 'qos0');
      return 'dropped';
    }
    if ((message.expiresAt ?? Infinity) <= now) {
      this.drop(message, 'expired');
      return 'dropped';
    }
    if (message.bytes > this.bytesMax) {
      this.drop(message, 'tooLarge');
      return 'dropped';
    }
    if (!this.fits(message)) {
      this.dropExpired(now);
    }
    while (!this.fits(message)) {
      const superseded = this.overflow === 'keepLastPerTopic' ? this.firstSuperseded(message) : undefined;
      const [oldest] = this.messages;
      if (superseded !== undefined) {
        this.drop(superseded, 'superseded');
      } else if (oldest !== undefined && (this.overflow === 'dropOldest' || this.overflow === 'keepLastPerTopic')) {
        this.drop(oldest, 'displaced');
      } else {
        this.drop(message, 'queueFull');
        return this.overflow === 'disconnect' ? 'disconnect' : 'dropped';
      }
    }
    this.messages.push(message);
    return 'queued';
  }

  shift(now: number): Message | undefined {
    for (;;) {
      const [oldest] = this.messages;
      if (oldest === undefined || (oldest.expiresAt ?? Infinity) > now) {
        this.messages = this.messages.slice(1);
        return oldest;
      }
      this.drop(oldest, 'expired');
    }
  }
}

// A text, since comparing arrays of objects after every step would take most of the time.
function numbers(messages: Iterable<Message>): string {
  return Array.from(messages, ({ number }) => number).join(' ');
}

const messageFields = fc.record({
  topicName: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
  bytes: fc.integer({ min: 0, max: 12 }),
  qos: fc.constantFrom(0 as const, 1 as const, 1 as const, 2 as const),
  lifeMs: fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }),
});
const steps = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.record({ type: fc.constant('push' as const), message: messageFields }) },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('shift' as const) }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('removeExpired' as const) }) },
    { weight: 3, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 15 }) }) },
  ),
  { maxLength: 250, size: 'max' },
);
const limits = fc.record({
  messagesMax: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constant(Infinity)),
  bytesMax: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constant(Infinity)),
  queueQos0Messages: fc.boolean(),
});

describe.each(['dropNewest', 'dropOldest', 'keepLastPerTopic', 'disconnect'] as const)('%s', (overflow) => {
  test('does what a plain array does', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(limits, steps, ({ messagesMax, bytesMax, queueQos0Messages }, script) => {
        const model = new Model(messagesMax, bytesMax, overflow, queueQos0Messages);
        const dropped: (readonly [number, DropReason])[] = [];
        const queue = new MessageQueue<Message>(
          { messagesMax, bytesMax, overflow, queueQos0Messages },
          {
            bytes: ({ bytes }) => bytes,
            expiresAt: ({ expiresAt }) => expiresAt,
            topicName: ({ topicName }) => topicName,
            qos: ({ qos }) => qos,
          },
          { messageDropped: ({ number }, reason) => dropped.push([number, reason]) },
        );
        let now = 0;
        let number = 0;
        let taken = 0;
        for (const step of script) {
          switch (step.type) {
            case 'push': {
              const { lifeMs, ...fields } = step.message;
              const expiresAt = lifeMs === undefined ? undefined : now + lifeMs;
              const message = { ...fields, number: (number += 1), expiresAt };
              expect(queue.push(message, now)).toBe(model.push(message, now));
              break;
            }
            case 'shift': {
              const message = queue.shift(now);
              expect(message).toBe(model.shift(now));
              taken += message === undefined ? 0 : 1;
              break;
            }
            case 'removeExpired':
              expect(queue.removeExpired(now)).toBe(model.dropExpired(now));
              break;
            case 'wait':
              now += step.ms;
              break;
          }
          expect(numbers(queue)).toBe(numbers(model.messages));
          expect(queue.length).toBe(model.messages.length);
          expect(queue.bytes).toBe(model.bytes());
          expect(dropped.length).toBe(model.dropped.length);
          expect(dropped.at(-1)).toEqual(model.dropped.at(-1));
          expect(queue.length).toBeLessThanOrEqual(messagesMax);
          expect(queue.bytes).toBeLessThanOrEqual(bytesMax);
        }
        expect(dropped).toEqual(model.dropped);
        // Nothing is lost without a word: pushed = waiting + taken + dropped.
        expect(number).toBe(queue.length + taken + dropped.length);
      }),
      { numRuns: 150 },
    );
  });
});

test('keepLastPerTopic stays small when one message stays at the head and others come and go behind it', () => {
  const queue = new MessageQueue<Message>(
    { messagesMax: 3, bytesMax: Infinity, overflow: 'keepLastPerTopic', queueQos0Messages: false },
    {
      bytes: ({ bytes }) => bytes,
      expiresAt: ({ expiresAt }) => expiresAt,
      topicName: ({ topicName }) => topicName,
      qos: ({ qos }) => qos,
    },
    { messageDropped: () => undefined },
  );
  for (let number = 0; number < 200_000; number += 1) {
    const topicName = number === 0 ? 'stays' : `t${number % 2}`;
    queue.push({ number, topicName, bytes: 1, qos: 1, expiresAt: undefined }, 0);
  }
  expect([...queue].map(({ number }) => number)).toEqual([0, 199_998, 199_999]);
});
