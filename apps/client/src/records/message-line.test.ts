import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMessageLine, MessageLineError, parseMessageLine, timeOf } from './message-line.ts';

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 30 }),
  fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const text = fc.string({ unit: 'grapheme', maxLength: 10 });

const messages = fc.record({
  topicName: fc.stringMatching(/^[a-z/]{1,10}$/),
  payload: bytes,
  qos: fc.constantFrom(0 as const, 1 as const, 2 as const),
  retain: fc.boolean(),
  packetIdentifier: fc.constant(0),
  properties: fc.record({
    contentType: optional(text),
    correlationData: optional(bytes),
    messageExpiryInterval: optional(fc.nat()),
    payloadFormatIndicator: optional(fc.constantFrom(0 as const, 1 as const)),
    userProperties: optional(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 3 })),
  }),
  receivedAt: fc.record({
    date: fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000)),
    nanoseconds: fc.nat(999_999).map((microseconds) => microseconds * 1000),
  }),
});

test('what is written is read again', () => {
  fc.assert(
    fc.property(messages, (message) => {
      const written = formatMessageLine(message);
      expect(written).not.toContain('\n');
      const line = parseMessageLine(written);
      expect({ ...line, payload: [...line.payload] }).toMatchObject({
        topic: message.topicName,
        qos: message.qos,
        retain: message.retain,
        payload: [...message.payload],
      });
      const given = Object.entries(message.properties).filter(([, value]) => value !== undefined);
      const plain = (value: unknown) => (value instanceof Uint8Array ? [...value] : value);
      expect(Object.fromEntries(Object.entries(line.properties).map(([name, value]) => [name, plain(value)]))).toEqual(
        Object.fromEntries(given.map(([name, value]) => [name, plain(value)])),
      );
      const exact = message.receivedAt.date.getTime() + message.receivedAt.nanoseconds / 1e6;
      expect(timeOf(line)).toBeCloseTo(exact, 2);
    }),
  );
});

test.each([
  ['{', 'allowed: one JSON object'],
  ['[]', 'the line is []; allowed: an object'],
  ['{}', 'topic is missing; allowed: a text'],
  ['{"topic":"a/#"}', 'allowed: a Topic Name'],
  ['{"topic":"a","qos":3}', 'qos is 3; allowed: 0, 1, 2'],
  ['{"topic":"a","payload":5}', 'payload is 5; allowed: a text'],
  ['{"topic":"a","properties":{"userProperties":[1]}}', 'a user property is 1'],
])('%s is refused', (line, words) => {
  expect(() => parseMessageLine(line)).toThrow(MessageLineError);
  expect(() => parseMessageLine(line)).toThrow(words);
});
