// The chunk that a broker is given is only lent, and what it writes by reference is read after the call: whatever the size
// of the payload, the number of receivers and what they asked for, they get what was published.
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { World } from '../test-support/world.ts';

const version = fc.constantFrom(4 as const, 5 as const);
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);
const subscriber = fc.record({
  version,
  qos,
  // Aliases, identifiers and Retain As Published make layouts of their own.
  topicAliasMaximum: fc.constantFrom(0, 5),
  identifier: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  retainAsPublished: fc.boolean(),
  shared: fc.boolean(),
});
const publish = fc.record({
  qos,
  retain: fc.boolean(),
  size: fc.constantFrom(1, 60, 1023, 1024, 5000, 70_000),
  correlated: fc.boolean(),
  expires: fc.boolean(),
});

test('every receiver gets the bytes that were published, though the chunk is overwritten', () => {
  fc.assert(
    fc.property(
      fc.array(subscriber, { maxLength: 3 }),
      version,
      fc.array(publish, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      (subscribers, publisherVersion, publishes, listens) => {
        const world = new World();
        const clients = subscribers.map((wanted, index) => {
          const client = world.client(`s${index}`, wanted.version);
          client.connect(wanted.version === 5 ? { properties: { topicAliasMaximum: wanted.topicAliasMaximum } } : {});
          const filter = wanted.shared ? `$share/g${index}/a/#` : 'a/#';
          client.subscribe(filter, {
            qos: wanted.qos,
            ...(wanted.version === 5 ? { retainAsPublished: wanted.retainAsPublished } : {}),
            ...(wanted.version === 5 && wanted.identifier !== undefined ? { identifier: wanted.identifier } : {}),
          });
          return client;
        });
        const heard: Uint8Array[] = [];
        if (listens) world.broker.subscribe('a/#', {}, ({ payload }) => heard.push(payload), world.now);
        const publisher = world.client('p', publisherVersion);
        publisher.connect();
        const payloads = publishes.map(({ size }, index) => new Uint8Array(size).fill(index + 1));
        for (const [index, { correlated, expires, ...fields }] of publishes.entries()) {
          const properties = {
            ...(correlated ? { correlationData: new Uint8Array(20).fill(index) } : {}),
            ...(expires ? { messageExpiryInterval: 60 } : {}),
          };
          publisher.publish('a/topic', payloads[index], { ...fields, properties });
        }
        for (const client of clients) {
          const received = client.link.received.filter((packet) => packet.type === 'publish');
          expect(received.map(({ payload }) => [...payload])).toEqual(payloads.map((payload) => [...payload]));
          for (const [index, { properties }] of received.entries()) {
            const data = properties.correlationData;
            if (data !== undefined) expect([...data]).toEqual(Array.from({ length: 20 }, () => index));
          }
        }
        // What a listener was given it may keep.
        if (listens) expect(heard.map((payload) => [...payload])).toEqual(payloads.map((payload) => [...payload]));
        const late = world.client('late');
        late.connect();
        late.subscribe('a/#');
        const last = publishes.findLastIndex(({ retain }) => retain);
        const retained = late.link.received.filter((packet) => packet.type === 'publish');
        expect(retained.map(({ payload }) => [...payload])).toEqual(last < 0 ? [] : [[...(payloads[last] ?? [])]]);
      },
    ),
    { numRuns: 60 },
  );
});
