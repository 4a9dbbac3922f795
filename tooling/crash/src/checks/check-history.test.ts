import fc from 'fast-check';
import { expect, test } from 'vitest';
import { History, type HistoryEvent, type TimedEvent } from '../history.ts';
import { checkHistory, countMissing } from './check-history.ts';

/** A run in which everything went well; what makes it bad is put in or left out by each test. */
function goodRun(): HistoryEvent[] {
  return [
    { type: 'brokerStarted', cycle: 1 },
    { type: 'brokerListening', cycle: 1 },
    { type: 'connected', client: 's', sessionPresent: false },
    { type: 'subscribing', client: 's', filter: 'load/#', qos: 2 },
    { type: 'subscribed', client: 's', filter: 'load/#', qos: 2 },
    { type: 'subscribing', client: 's', filter: 'wills/#', qos: 2 },
    { type: 'subscribed', client: 's', filter: 'wills/#', qos: 2 },
    { type: 'connected', client: 'p', sessionPresent: false },
    ...message(1, 'load/a'),
    ...message(2, 'load/a'),
    { type: 'connecting', client: 'w', will: WILL },
    { type: 'connected', client: 'w', sessionPresent: false, will: WILL },
    received(1, 'load/a'),
    received(2, 'load/a'),
    { type: 'brokerKilled', cycle: 1, during: 'load' },
    { type: 'connectionEnded', client: 's', by: 'broker' },
    { type: 'connectionEnded', client: 'p', by: 'broker' },
    { type: 'connectionEnded', client: 'w', by: 'broker' },
    { type: 'brokerStarted', cycle: 2 },
    { type: 'connected', client: 's', sessionPresent: true },
    { type: 'connected', client: 'p', sessionPresent: true },
    { ...received(1, 'wills/w'), publisher: 'w', qos: 1 },
    ...message(3, 'load/a'),
    received(3, 'load/a'),
  ];
}

const WILL = { topic: 'wills/w', qos: 1, delaySeconds: 0 } as const;

function message(serial: number, topic: string, qos: 1 | 2 = 2, retain = false): HistoryEvent[] {
  return [
    { type: 'published', publisher: 'p', serial, topic, qos, retain, empty: false },
    { type: 'acknowledged', publisher: 'p', serial },
    { type: 'completed', publisher: 'p', serial },
  ];
}

function received(serial: number, topic: string): HistoryEvent & { readonly type: 'received' } {
  return { type: 'received', client: 's', publisher: 'p', serial, topic, qos: 2, retain: false, intact: true };
}

function timed(events: readonly HistoryEvent[]): readonly TimedEvent[] {
  const history = new History(() => 0);
  for (const event of events) history.add(event);
  return history.events;
}

function verdict(events: readonly HistoryEvent[]): string[] {
  return checkHistory(timed(events)).map(({ kind, sentence }) => `${kind}: ${sentence}`);
}

/** The good run without the events that match. */
function without(is: (event: HistoryEvent) => boolean): HistoryEvent[] {
  return goodRun().filter((event) => !is(event));
}

/** The good run with more events at its end. */
function plus(...events: readonly HistoryEvent[]): HistoryEvent[] {
  return [...goodRun(), ...events];
}

test('a good run has no violation and nothing missing', () => {
  expect(verdict(goodRun())).toEqual([]);
  expect(countMissing(timed(goodRun()))).toBe(0);
});

test('a loss', () => {
  const events = without((event) => event.type === 'received' && event.serial === 2);
  expect(verdict(events)).toEqual([
    "lost: p's message 2 on 'load/a' (QoS 2) had its PUBREC and never came to s, which was subscribed to 'load/#'.",
  ]);
  expect(countMissing(timed(events))).toBe(1);
});

test('what was not acknowledged may be lost', () => {
  const is = (event: HistoryEvent): boolean =>
    (event.type === 'received' || event.type === 'acknowledged' || event.type === 'completed') && event.serial === 2;
  expect(verdict(without(is))).toEqual([]);
});

test('what was refused may be lost', () => {
  const refusal = { type: 'refused', publisher: 'p', serial: 9, reasonCode: 0x97 } as const;
  const [published] = message(9, 'load/a');
  expect(verdict([...goodRun(), ...(published === undefined ? [] : [published]), refusal])).toEqual([]);
});

test('what was sent before SUBACK or completed after UNSUBSCRIBE may be lost', () => {
  const [published, acknowledged, completed] = message(9, 'load/a');
  expect(published && acknowledged && completed).toBeDefined();
  const rest = [acknowledged, completed].flatMap((event) => event ?? []);
  const first = published === undefined ? [] : [published];
  const unsubscribing = { type: 'unsubscribing', client: 's', filter: 'load/#' } as const;
  expect(verdict([...first, ...goodRun(), ...rest])).toEqual([]);
  expect(verdict([...goodRun(), ...first, unsubscribing, ...rest])).toEqual([]);
});

test('a message that the broker took before it forgot the session', () => {
  const lost = plus(...message(9, 'load/a'), { type: 'connected', client: 's', sessionPresent: false });
  expect(verdict(lost)).toEqual([
    "lost: p's message 9 on 'load/a' (QoS 2) had its PUBREC and never came to s, which was subscribed to 'load/#'.",
    "session: s had the acknowledged subscriptions 'load/#', 'wills/#', and the broker said that there is no session.",
  ]);
});

test('a lost QoS 2 exchange of a publisher', () => {
  const open = message(9, 'load/a').slice(0, 2);
  const events = plus(...open, received(9, 'load/a'), { type: 'connected', client: 'p', sessionPresent: false });
  expect(verdict(events)).toEqual([
    'session: p had the QoS 2 exchange of message 9, and the broker said that there is no session.',
  ]);
});

test('a session without anything acknowledged may be lost', () => {
  expect(verdict(plus({ type: 'connected', client: 'p', sessionPresent: false }))).toEqual([]);
});

test('a duplicate at QoS 2, and none at QoS 1', () => {
  expect(verdict(plus(received(1, 'load/a')))).toEqual([
    "doubled: p's message 1 on 'load/a' came to s 2 times at QoS 2.",
  ]);
  expect(verdict(plus({ ...received(1, 'load/a'), qos: 1 }))).toEqual([]);
});

test('a reorder', () => {
  const events = goodRun();
  const [first, second] = [received(1, 'load/a'), received(2, 'load/a')].map(({ serial }) =>
    events.findIndex((event) => event.type === 'received' && event.publisher === 'p' && event.serial === serial),
  );
  expect(first).toBeDefined();
  const swapped = events.toSpliced(first ?? 0, 2, received(2, 'load/a'), received(1, 'load/a'));
  expect(second).toBe((first ?? 0) + 1);
  expect(verdict(swapped)).toEqual(["order: p's message 1 on 'load/a' came to s after p's message 2."]);
});

test('who subscribes while messages are sent again may get a late one first', () => {
  const [early, late] = [message(8, 'other/a', 1), message(9, 'other/a', 1)];
  const events = [
    ...goodRun(),
    ...early.slice(0, 1),
    { type: 'subscribing', client: 's', filter: 'other/#', qos: 1 },
    ...late.slice(0, 1),
    { type: 'brokerKilled', cycle: 2, during: 'load' },
    { type: 'subscribing', client: 's', filter: 'other/#', qos: 1 },
    { type: 'subscribed', client: 's', filter: 'other/#', qos: 1 },
    received(9, 'other/a'),
    received(8, 'other/a'),
  ] as const;
  expect(verdict(events)).toEqual([]);
});

test('a repetition at QoS 1 is no reorder, and neither are other topics', () => {
  const again = { ...received(1, 'load/a'), qos: 1 };
  expect(
    verdict(
      plus(again, ...message(8, 'load/b'), ...message(9, 'load/a'), received(9, 'load/a'), received(8, 'load/b')),
    ),
  ).toEqual([]);
});

test('a missing will', () => {
  const events = without((event) => event.type === 'received' && event.publisher === 'w');
  expect(verdict(events)).toEqual(['will: The will of w never came to s; the broker was killed without DISCONNECT.']);
  expect(countMissing(timed(events))).toBe(1);
});

test('a will whose CONNACK never came may be published or not', () => {
  const events = without((event) => event.type === 'connected' && event.client === 'w');
  expect(verdict(events)).toEqual([]);
  expect(verdict(events.filter((event) => !(event.type === 'received' && event.publisher === 'w')))).toEqual([]);
});

test('a will after DISCONNECT', () => {
  const ended = (event: HistoryEvent): boolean => event.type === 'connectionEnded' && event.client === 'w';
  const left: HistoryEvent[] = [{ type: 'connectionEnded', client: 'w', by: 'disconnect' }];
  const read: HistoryEvent = { type: 'disconnectRead', client: 'w' };
  const events = goodRun().flatMap((event) => (ended(event) ? [...left, read] : [event]));
  expect(verdict(events)).toEqual([
    "unwantedWill: w's message 1 on 'wills/w', a will, came to s although w had sent DISCONNECT.",
  ]);
  // Whether a broker that dies has read it nobody knows.
  expect(verdict(goodRun().flatMap((event) => (ended(event) ? left : [event])))).toEqual([]);
});

test('a subscription that was given up', () => {
  const events = plus(
    { type: 'unsubscribing', client: 's', filter: 'load/#' },
    { type: 'unsubscribed', client: 's', filter: 'load/#' },
    { type: 'brokerKilled', cycle: 2, during: 'start' },
    ...message(9, 'load/a'),
    received(9, 'load/a'),
  );
  expect(verdict(events)).toEqual(["unwanted: p's message 9 on 'load/a' came to s, which was not subscribed to it."]);
  const again: HistoryEvent = { type: 'subscribing', client: 's', filter: 'load/#', qos: 2 };
  expect(verdict(events.toSpliced(-1, 0, again))).toEqual([]);
});

test('a message that was under way at UNSUBACK', () => {
  const [published, ...rest] = message(9, 'load/a');
  const events = plus(
    ...(published === undefined ? [] : [published]),
    { type: 'unsubscribing', client: 's', filter: 'load/#' },
    { type: 'unsubscribed', client: 's', filter: 'load/#' },
    ...rest,
    received(9, 'load/a'),
  );
  expect(verdict(events)).toEqual([]);
});

test('retained messages: the last one acknowledged or a later one', () => {
  const events = plus(
    ...message(10, 'kept/a', 1, true),
    ...message(11, 'kept/a', 1, true),
    ...message(12, 'kept/a', 1, true).slice(0, 1),
  );
  const read = (serial: number | undefined): HistoryEvent => ({
    type: 'retainedRead',
    topic: 'kept/a',
    since: events.length,
    found: serial === undefined ? undefined : { publisher: 'p', serial },
  });
  expect(verdict([...events, read(11)])).toEqual([]);
  expect(verdict([...events, read(12)])).toEqual([]);
  expect(verdict([...events, read(10)])).toEqual([
    "retained: 'kept/a' has p's message 10 retained; acknowledged was message 11.",
  ]);
  expect(verdict([...events, read(undefined)])).toEqual([
    "retained: 'kept/a' has nothing retained; p's message 11 was acknowledged.",
  ]);
});

test('retained messages that were removed', () => {
  const removal = message(11, 'kept/a', 1, true).map((event) =>
    event.type === 'published' ? { ...event, empty: true } : event,
  );
  const events = plus(...message(10, 'kept/a', 1, true), ...removal);
  const read = { type: 'retainedRead', topic: 'kept/a', since: events.length } as const;
  expect(verdict([...events, { ...read, found: undefined }])).toEqual([]);
  expect(verdict([...events, { ...read, found: { publisher: 'p', serial: 10 } }])).toEqual([
    "retained: 'kept/a' has p's message 10 retained; acknowledged was message 11, which removes it.",
  ]);
});

test('other bytes, and messages from nowhere', () => {
  expect(verdict(plus(...message(9, 'load/a'), { ...received(9, 'load/a'), intact: false }))).toEqual([
    "damaged: p's message 9 on 'load/a' came to s with other bytes.",
  ]);
  expect(verdict(plus(received(99, 'load/a')))).toEqual([
    "invented: p's message 99 on 'load/a' came to s; nobody sent it.",
  ]);
});

test('every receipt of a good run that is taken away is a loss, every one that is repeated is a duplicate', () => {
  const many = goodRun();
  for (let serial = 10; serial < 40; serial += 1) many.push(...message(serial, 'load/b'), received(serial, 'load/b'));
  const places = many.flatMap((event, place) => (event.type === 'received' && event.publisher === 'p' ? [place] : []));
  fc.assert(
    fc.property(fc.constantFrom(...places), (place) => {
      const event = many[place];
      if (event === undefined) throw new Error('no event there');
      expect(verdict(many.toSpliced(place, 1)).map((line) => line.split(':')[0])).toEqual(['lost']);
      expect(verdict([...many, event]).map((line) => line.split(':')[0])).toEqual(['doubled']);
    }),
  );
});
