import { encodePacket, type EncodablePacket, type ProtocolVersion } from '@skua/codec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { text } from '../test-support/scripted-client.ts';
import { World } from '../test-support/world.ts';

const PAYLOAD = text('payload');
const OPTIONS = { qos: 2, noLocal: false, retainAsPublished: true, retainHandling: 0 } as const;

/** What a client might say, to be mutated. */
function conversation(version: ProtocolVersion): EncodablePacket[] {
  const properties = version === 5 ? { userProperties: [['a', 'b']] as const } : {};
  const aliased = version === 5 ? { topicAlias: 3, messageExpiryInterval: 9, contentType: 'x' } : {};
  const will = { topicName: 'victim/will', payload: PAYLOAD, qos: 1, retain: false, properties: {} } as const;
  const limits = version === 5 ? { sessionExpiryInterval: 30, receiveMaximum: 3, topicAliasMaximum: 2 } : {};
  return [
    {
      type: 'connect',
      protocolVersion: version,
      cleanStart: false,
      keepAlive: 30,
      clientIdentifier: 'mallory',
      will,
      userName: 'mallory',
      password: PAYLOAD,
      properties: limits,
    },
    {
      type: 'subscribe',
      packetIdentifier: 1,
      subscriptions: [
        { topicFilter: 'mallory/#', ...OPTIONS },
        { topicFilter: '$share/g/mallory/+', ...OPTIONS },
      ],
      properties: version === 5 ? { subscriptionIdentifier: 7 } : {},
    },
    {
      type: 'publish',
      dup: false,
      qos: 0,
      retain: true,
      topicName: 'mallory/0',
      packetIdentifier: 0,
      payload: PAYLOAD,
      properties: aliased,
    },
    {
      type: 'publish',
      dup: false,
      qos: 1,
      retain: false,
      topicName: 'mallory/1',
      packetIdentifier: 2,
      payload: PAYLOAD,
      properties,
    },
    {
      type: 'publish',
      dup: false,
      qos: 2,
      retain: false,
      topicName: 'mallory/2',
      packetIdentifier: 3,
      payload: PAYLOAD,
      properties,
    },
    { type: 'pubrel', packetIdentifier: 3, reasonCode: 0, properties: {} },
    { type: 'puback', packetIdentifier: 1, reasonCode: 0, properties: {} },
    { type: 'pubrec', packetIdentifier: 2, reasonCode: 0, properties: {} },
    { type: 'pubcomp', packetIdentifier: 2, reasonCode: 0, properties: {} },
    { type: 'pingreq' },
    { type: 'unsubscribe', packetIdentifier: 4, topicFilters: ['mallory/#'], properties },
    { type: 'disconnect', reasonCode: version === 5 ? 4 : 0, properties: {} },
  ];
}

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  kind: fc.constantFrom('set', 'flip', 'insert', 'remove', 'cut', 'repeat'),
  value: fc.nat(255),
});

function mutate(bytes: Uint8Array, { at, kind, value }: { at: number; kind: string; value: number }): Uint8Array {
  const index = Math.floor(at * bytes.length);
  const before = [...bytes.subarray(0, index)];
  const after = [...bytes.subarray(index)];
  if (kind === 'set') after[0] = value;
  else if (kind === 'flip') after[0] = (after[0] ?? 0) ^ (1 << (value % 8));
  else if (kind === 'insert') after.unshift(value);
  else if (kind === 'remove') after.shift();
  else if (kind === 'cut') after.length = Math.min(after.length, value % 8);
  else before.push(...after.slice(0, value % 16));
  return Uint8Array.from([...before, ...after]);
}

describe('a client that sends garbage', () => {
  it('costs only itself, whatever it sends in whatever pieces', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<ProtocolVersion>(3, 4, 5),
        fc.array(fc.nat(11), { maxLength: 12 }),
        fc.array(mutation, { maxLength: 4 }),
        fc.array(fc.nat(40), { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        (version, picks, mutations, pieces, lost) => {
          const world = new World({ maximumPacketSize: 10_000 });
          const alice = world.client('alice');
          const bob = world.client('bob', 4);
          alice.connect();
          bob.connect();
          bob.subscribe('control/#');
          // CONNECT first, then anything in any order, CONNECT included; or all of it as it should be.
          const frames = conversation(version).map((packet) => [...encodePacket(packet, version)]);
          const stream = picks.length === 0 ? frames : [0, ...picks].map((pick) => frames[pick] ?? []);
          const whole = Uint8Array.from(stream.flat());
          const bytes = mutations.reduce(mutate, whole);
          const mallory = world.client('mallory', version).open();
          let offset = 0;
          for (let turn = 0; offset < bytes.length; turn++) {
            const size = 1 + (pieces[turn % pieces.length] ?? 0);
            mallory.sendBytes(bytes.slice(offset, offset + size));
            offset += size;
          }
          if (lost) mallory.lose();
          expect(alice.deliver('control/x', 'still here', { qos: 2 })).toBe(0);
          bob.expectMessage('still here', { qos: 2 });
          bob.expectNothing();
          alice.expectNothing();
          world.advance(100_000);
          expect(alice.deliver('control/x', 'and now', { qos: 1 })).toBe(0);
          bob.expectMessage('and now');
          expect(world.broker.counters.clientsNow).toBe(2);
          expect(world.eventsOf('hookFailed')).toEqual([]);
        },
      ),
      { numRuns: 1500 },
    );
  }, 60_000);

  it('goes on after its error: nothing is looked at, counted twice or kept', () => {
    const world = new World();
    const mallory = world.client('mallory').open();
    mallory.sendBytes(Uint8Array.of(0xff, 0xff));
    for (let count = 0; count < 100; count++) mallory.sendBytes(new Uint8Array(1000));
    expect(world.broker.counters.protocolErrors).toBe(1);
    const alice = world.client('alice');
    alice.connect();
    alice.send({ type: 'disconnect', reasonCode: 0, properties: {} });
    alice.publish('a', 'late', { retain: true });
    alice.expectNothing();
    expect(world.broker.counters).toMatchObject({ retainedNow: 0, protocolErrors: 1 });
    expect(world.broker.counters.packetsReceived.publish).toBe(0);
  });

  it('of pure noise is closed or waited for', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 10 }), (chunks) => {
        const world = new World();
        const mallory = world.client('mallory').open();
        for (const chunk of chunks) mallory.sendBytes(chunk);
        world.advance(10_000);
        expect(mallory.connection?.state).toBe('closing');
      }),
      { numRuns: 500 },
    );
  });
});
