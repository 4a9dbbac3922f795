import { parseTopicName } from '@skua/topics';
import type { Message } from '@skua/broker';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../memory-store.ts';
import {
  exportRecords,
  formatLines,
  importRecords,
  parseLines,
  type StoredDelivery,
  type StoredSession,
  type StoreRecord,
} from './index.ts';

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }).map((text) => new TextEncoder().encode(text)),
);
const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const time = fc.integer({ min: 0, max: 4_000_000_000_000 });
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const topicName = fc.constantFrom('a', 'a/b', '/', 'größe/ü', 'x'.repeat(200)).map((name) => parseTopicName(name));
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);

const anyMessage: fc.Arbitrary<Message> = fc.record({
  topicName,
  payload: bytes,
  qos,
  retain: fc.boolean(),
  properties: fc.record({
    payloadFormatIndicator: maybe(fc.constantFrom(0 as const, 1 as const)),
    contentType: maybe(text),
    responseTopic: maybe(topicName),
    correlationData: maybe(bytes),
    userProperties: maybe(fc.array(fc.tuple(text, text), { maxLength: 2 })),
  }),
  publisher: text,
  receivedAt: time,
  expiresAt: maybe(time),
});

const anySession: fc.Arbitrary<StoredSession> = fc
  .record({
    clientIdentifier: fc.constantFrom('c1', 'c2', 'ü', '\0aside'),
    userName: maybe(text),
    protocolVersion: fc.constantFrom(3 as const, 4 as const, 5 as const),
    sessionExpiryInterval: fc.constantFrom(0, 1, 0xffff_ffff),
    disconnectedAt: maybe(time),
    will: maybe(
      fc.record({ message: anyMessage, willDelayInterval: fc.nat(), messageExpiryInterval: maybe(fc.nat()) }),
    ),
    willDueAt: maybe(time),
    subscriptions: fc.uniqueArray(
      fc.record({
        subscriptionFilter: fc.constantFrom('a/#', '$share/g/b', '+', '$share/x'),
        qos,
        noLocal: fc.boolean(),
        retainAsPublished: fc.boolean(),
        retainHandling: qos,
        subscriptionIdentifier: maybe(fc.integer({ min: 1, max: 268_435_455 })),
      }),
      { selector: ({ subscriptionFilter }) => subscriptionFilter, maxLength: 3 },
    ),
    awaitingPubrel: fc.uniqueArray(fc.integer({ min: 1, max: 0xffff }), { maxLength: 3 }),
  })
  // A connected session has no due will, and a disconnected one no will that is not due.
  .map((made) => ({
    ...made,
    will: made.disconnectedAt !== undefined && made.willDueAt === undefined ? undefined : made.will,
    willDueAt: made.disconnectedAt === undefined ? undefined : made.willDueAt,
  }));

/** What a delivery is before it has identifiers: `message` is an index. */
const anyDelivery = fc.record({
  message: fc.nat(4),
  qos: fc.constantFrom(1 as const, 2 as const),
  retain: fc.boolean(),
  subscriptionIdentifiers: maybe(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 2 })),
  sharedSubscription: maybe(fc.constant('$share/g/b')),
  step: fc.constantFrom('queued' as const, 'awaitingPubrec' as const, 'awaitingPubcomp' as const),
});

/** Records in a legal order, as a store gives them. */
const records: fc.Arbitrary<StoreRecord[]> = fc
  .record({
    retained: fc.uniqueArray(anyMessage, { selector: (made) => made.topicName, maxLength: 3 }),
    messages: fc.array(anyMessage, { minLength: 5, maxLength: 5 }),
    sessions: fc.uniqueArray(fc.tuple(anySession, fc.array(anyDelivery, { maxLength: 6 })), {
      selector: ([made]) => made.clientIdentifier,
      maxLength: 3,
    }),
  })
  .map(({ retained, messages, sessions }) => {
    const made: StoreRecord[] = retained.map((each) => ({ type: 'retained', message: each }));
    const given = new Set<number>();
    let identifier = 10;
    for (const [each, deliveries] of sessions) {
      const { clientIdentifier } = each;
      made.push({ type: 'session', session: each });
      for (const [index, { message: number, qos: wanted, step, ...rest }] of deliveries.entries()) {
        const content = messages[number];
        if (content === undefined) continue;
        const messageId = number + 1;
        if (!given.has(messageId)) made.push({ type: 'message', messageId, message: content });
        given.add(messageId);
        const reached = wanted === 1 ? 'queued' : step;
        const packetIdentifier = reached === 'queued' ? undefined : index + 1;
        const one: StoredDelivery = {
          ...rest,
          deliveryId: identifier++,
          messageId,
          qos: wanted,
          step: reached,
          packetIdentifier,
        };
        made.push({ type: 'delivery', clientIdentifier, delivery: one });
      }
    }
    return made;
  });

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** What a store keeps, with identifiers counted anew: two stores that keep the same give the same. */
async function contentOf(store: MemoryStore): Promise<StoreRecord[]> {
  const renamed = new Map<number, number>();
  const rename = (identifier: number): number =>
    renamed.get(identifier) ?? (renamed.set(identifier, renamed.size), renamed.size - 1);
  return (await all(exportRecords(store))).map((record) => {
    if (record.type === 'message') return { ...record, messageId: rename(record.messageId) };
    if (record.type !== 'delivery') return record;
    const { deliveryId, messageId } = record.delivery;
    return {
      ...record,
      delivery: { ...record.delivery, messageId: rename(messageId), deliveryId: rename(deliveryId) },
    };
  });
}

test('what was imported into an empty store is exported again', async () => {
  await fc.assert(
    fc.asyncProperty(records, async (given) => {
      const store = new MemoryStore();
      await importRecords(store, given);
      expect(await all(exportRecords(store))).toEqual(given);
    }),
  );
});

test('records survive being lines', async () => {
  await fc.assert(
    fc.asyncProperty(records, async (given) => {
      const lines = await all(formatLines(given, 0));
      expect(lines.every((line) => !line.includes('\n'))).toBe(true);
      expect(await all(parseLines(lines))).toEqual(given);
    }),
  );
});

test('importing again changes nothing, also after a failure in the middle', async () => {
  await fc.assert(
    fc.asyncProperty(records, records, fc.nat(20), async (before, given, failAfter) => {
      const once = new MemoryStore();
      await importRecords(once, before);
      await importRecords(once, given);
      const again = new MemoryStore();
      await importRecords(again, before);
      await importRecords(again, given.slice(0, failAfter));
      await importRecords(again, given);
      await importRecords(again, given);
      expect(await contentOf(again)).toEqual(await contentOf(once));
    }),
  );
});

test('a queue of many pages', async () => {
  const message = {
    topicName: parseTopicName('a'),
    payload: new Uint8Array(10),
    qos: 1,
    retain: false,
    properties: {},
    publisher: 'p',
    receivedAt: 0,
    expiresAt: undefined,
  } as const;
  const about = {
    userName: undefined,
    protocolVersion: 5,
    sessionExpiryInterval: 9,
    disconnectedAt: 5,
    will: undefined,
    willDueAt: undefined,
  } as const;
  const given: StoreRecord[] = [
    { type: 'session', session: { clientIdentifier: 'c', ...about, subscriptions: [], awaitingPubrel: [] } },
  ];
  for (let number = 1; number < 6_000; number += 2) {
    const step = number % 1_001 === 0 ? 'awaitingPubrec' : 'queued';
    const packetIdentifier = step === 'queued' ? undefined : number;
    const rest = {
      qos: 2,
      retain: false,
      subscriptionIdentifiers: undefined,
      sharedSubscription: undefined,
      step,
      packetIdentifier,
    } as const;
    given.push({ type: 'message', messageId: number, message });
    given.push({
      type: 'delivery',
      clientIdentifier: 'c',
      delivery: { deliveryId: number + 1, messageId: number, ...rest },
    });
  }
  const store = new MemoryStore();
  expect(await importRecords(store, given)).toEqual({ retained: 0, sessions: 1, messages: 3_000, deliveries: 3_000 });
  expect(await all(exportRecords(store))).toEqual(given);
  expect(store.statistics().batchesAppended).toBeGreaterThan(1);
});

describe('lines that are wrong', () => {
  const header = '{"type":"header","format":"skua-store","version":1,"exportedAt":"2026-01-01T00:00:00.000Z"}';
  const end = '{"type":"end","retained":0,"sessions":0,"messages":0,"deliveries":0}';
  const retained = {
    type: 'retained',
    topicName: 'a',
    payload: 'x',
    qos: 1,
    retain: true,
    publisher: 'p',
    receivedAt: 0,
  };

  test.each([
    ['nothing', [], 'line 1: the text ends here; a line of type "end" is missing: it is cut off'],
    ['no header', [end], 'line 1: type: found "end"; allowed: header'],
    ['another form', ['{"type":"header","format":"x"}'], 'line 1: format: found "x"; allowed: skua-store'],
    ['a later version', [header.replace('"version":1', '"version":2')], 'line 1: version: found 2; allowed: 1'],
    ['cut off', [header], 'line 2: the text ends here; a line of type "end" is missing: it is cut off'],
    ['half a line', [header, '{"type":"reta'], 'line 2: found {"type":"reta; allowed: JSON, one object a line'],
    ['no object', [header, '7'], 'line 2: the line: found 7; allowed: a JSON object'],
    [
      'an unknown type',
      [header, '{"type":"will"}'],
      'line 2: type: found "will"; allowed: retained, message, session, delivery',
    ],
    ['a missing line', [header, end.replace('"retained":0', '"retained":1')], 'line 2: retained: found 1; allowed: 0'],
    ['more after the end', [header, end, '', end], 'line 4: nothing may come after the line of type "end"'],
    ['a topic', [header, JSON.stringify({ ...retained, topicName: 'a/#' })], 'line 2: topicName: '],
    ['a QoS', [header, JSON.stringify({ ...retained, qos: 3 })], 'line 2: qos: found 3; allowed: 0, 1, 2'],
    [
      'a payload',
      [header, JSON.stringify({ ...retained, payload: { base64: '*' } })],
      'line 2: payload: found {"base64":"*"}; allowed: a text, or { "base64": … }',
    ],
    [
      'a time',
      [header, JSON.stringify({ ...retained, receivedAt: 'noon' })],
      'line 2: receivedAt: found "noon"; allowed: a time like 2026-01-31T12:00:00.000Z',
    ],
  ])('%s', async (_name, lines, sentence) => {
    await expect(all(parseLines(lines))).rejects.toThrow(sentence);
  });

  test('any field that is taken away or made something else is refused with its name, or was optional', async () => {
    await fc.assert(
      fc.asyncProperty(
        records,
        fc.nat(),
        fc.constantFrom(undefined, null, [], 'x', -1, 1.5, {}),
        async (given, pick, value) => {
          const lines = await all(formatLines(given, 0));
          const at = pick % lines.length;
          const fields: object = JSON.parse(lines[at] ?? '{}');
          const name = Object.keys(fields)[pick % Object.keys(fields).length] ?? 'type';
          const changed = lines.with(at, JSON.stringify({ ...fields, [name]: value }));
          const outcome = await all(parseLines(changed)).catch((error: unknown) => error);
          if (outcome instanceof Error)
            expect(outcome).toMatchObject({ name: 'InterchangeError', message: expect.stringMatching(/^line \d+: /) });
        },
      ),
    );
  });
});

describe('records that do not belong together', () => {
  const rest = { qos: 2, retain: false, subscriptionIdentifiers: undefined, sharedSubscription: undefined } as const;
  const inFlight = { ...rest, step: 'awaitingPubrec', packetIdentifier: 3 } as const;
  const message: StoreRecord = {
    type: 'message',
    messageId: 1,
    message: {
      topicName: parseTopicName('a'),
      payload: new Uint8Array(),
      qos: 2,
      retain: false,
      properties: {},
      publisher: 'p',
      receivedAt: 0,
      expiresAt: undefined,
    },
  };
  const about = {
    userName: undefined,
    protocolVersion: 5,
    sessionExpiryInterval: 9,
    disconnectedAt: 5,
    will: undefined,
    willDueAt: undefined,
  } as const;
  const session: StoreRecord = {
    type: 'session',
    session: { clientIdentifier: 'c', ...about, subscriptions: [], awaitingPubrel: [] },
  };
  const delivered = (deliveryId: number, messageId = 1): StoreRecord => ({
    type: 'delivery',
    clientIdentifier: 'c',
    delivery: { deliveryId, messageId, ...inFlight },
  });

  test.each([
    ['no session', [message, delivered(2)], "delivery 2 to 'c' does not follow its session"],
    ['no message', [session, delivered(2)], "delivery 2 to 'c' names the message 1, which did not come before it"],
    [
      'a Packet Identifier twice',
      [session, message, delivered(2), delivered(3)],
      "delivery 3 to 'c' has the Packet Identifier 3 of another one",
    ],
  ])('%s', async (_name, given, sentence) => {
    await expect(importRecords(new MemoryStore(), given)).rejects.toThrow(sentence);
  });
});
