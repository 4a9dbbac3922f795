import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  encodePacket,
  PacketReader,
  PublishTemplate,
  type EncodablePacket,
  type Packet,
  type ProtocolVersion,
  type PublishLayout,
} from '../src/index.ts';
import { publishProperties, subscriptionIdentifier } from './arbitrary-properties.ts';
import { topicName } from './arbitrary-text.ts';
import { joined, snapshot } from './read-all.ts';

vi.setConfig({ testTimeout: 120_000 });

const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.integer({ min: 0, max: 70_000 }).map((size) => new Uint8Array(size).fill(0x2a)),
);
const stamps = fc.array(fc.tuple(fc.integer({ min: 1, max: 0xffff }), fc.boolean()), { minLength: 1, maxLength: 4 });
const layout = fc.record(
  {
    topicAlias: fc.integer({ min: 1, max: 0xffff }),
    omitTopicName: fc.boolean(),
    subscriptionIdentifiers: fc.array(subscriptionIdentifier, { minLength: 1, maxLength: 3 }),
    messageExpiryInterval: fc.integer({ min: 0, max: 0xffffffff }),
  },
  { requiredKeys: [] },
);

describe.each([3, 4, 5] as const)('version %i', (version) => {
  test('a stamped template is the PUBLISH that encodePacket would give', () => {
    fc.assert(
      fc.property(
        message(version),
        qos,
        fc.boolean(),
        onlyFor5(version),
        stamps,
        (source, level, retain, arrangement, all) => {
          const template = new PublishTemplate(source, version, level, retain, arrangement);
          const before = snapshot(source);
          for (const [packetIdentifier, dup] of all) {
            template.stamp(packetIdentifier, dup && level > 0);
            const frame = joined(template.head, template.payload ?? new Uint8Array());
            expect(template.length).toBe(frame.length);
            const packet = expected(
              source,
              level,
              retain,
              arrangement,
              level === 0 ? 0 : packetIdentifier,
              dup && level > 0,
            );
            expect(snapshot(frame)).toBe(snapshot(encodePacket(packet, version)));
          }
          // A large payload is shared, a small one is part of the head; either way the message stays as it was.
          if (template.payload !== undefined) expect(template.payload.buffer).toBe(source.payload.buffer);
          expect(snapshot(source)).toBe(before);
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe.each([4, 5] as const)('a message in the frame it came in, version %i', (version) => {
  test('is sent as encoding it would, whatever QoS, RETAIN and DUP it came with', () => {
    fc.assert(
      fc.property(
        message(version),
        fc.record({ level: qos, retain: fc.boolean(), dup: fc.boolean() }),
        fc.record({ level: qos, retain: fc.boolean(), inOnePiece: fc.boolean() }),
        (source, came, leaves) => {
          // Without an alias: that belongs to the connection it came from.
          const { topicAlias: _unused, ...properties } = source.properties;
          const packetIdentifier = came.level === 0 ? 0 : 7;
          const dup = came.dup && came.level > 0;
          const sent = { ...source, properties, type: 'publish' as const, packetIdentifier, dup };
          const bytes = encodePacket({ ...sent, qos: came.level, retain: came.retain }, version);
          const reader = new PacketReader({ role: 'client', protocolVersion: version });
          reader.push(bytes);
          const packet = reader.next();
          const frame = new Uint8Array(reader.frame);
          expect(snapshot(frame)).toBe(snapshot(bytes));
          if (packet?.type !== 'publish') throw new Error('no PUBLISH');
          const { inOnePiece } = leaves;
          const template = new PublishTemplate(packet, version, leaves.level, leaves.retain, { frame, inOnePiece });
          template.stamp(9, false);
          const whole = joined(template.head, template.payload ?? new Uint8Array());
          const wanted = { ...sent, qos: leaves.level, retain: leaves.retain, dup: false };
          const expectedBytes = encodePacket({ ...wanted, packetIdentifier: leaves.level === 0 ? 0 : 9 }, version);
          // Encoding anew may order properties in another way, which has no meaning (section 2.2.2.2).
          expect(decoded(whole, version)).toEqual(decoded(expectedBytes, version));
          if (inOnePiece) expect(template.payload).toBeUndefined();
        },
      ),
      { numRuns: 200 },
    );
  });
});

test('a Remaining Length that is longer than it need be, which 3.1.1 allows, is not passed on', () => {
  const frame = Uint8Array.of(0x30, 0x84, 0x00, 0x00, 0x01, 0x61, 0x78);
  const source = { topicName: 'a', payload: Uint8Array.of(0x78), properties: {} };
  expect([...new PublishTemplate(source, 4, 0, false, { frame }).head]).toEqual([0x30, 4, 0, 1, 0x61, 0x78]);
});

function decoded(frame: Uint8Array, version: ProtocolVersion): Packet | undefined {
  const reader = new PacketReader({ role: 'client', protocolVersion: version });
  reader.push(frame);
  return reader.next();
}

interface Message {
  topicName: string;
  payload: Uint8Array;
  properties: { topicAlias?: number; messageExpiryInterval?: number };
}

function message(version: ProtocolVersion): fc.Arbitrary<Message> {
  return fc.record({ topicName, payload, properties: version === 5 ? publishProperties : fc.constant({}) });
}

/** Before 5.0 there is nothing to arrange. */
function onlyFor5(version: ProtocolVersion): fc.Arbitrary<PublishLayout> {
  if (version !== 5) return fc.constant({});
  // Only with an alias may the Topic Name be left out [U-3.3.2.1-1].
  return layout.map((one) => ({ ...one, omitTopicName: one.omitTopicName === true && one.topicAlias !== undefined }));
}

/** The alias and the Subscription Identifiers of the message belong to another connection: the layout has its own. */
function expected(
  source: Message,
  level: 0 | 1 | 2,
  retain: boolean,
  arrangement: PublishLayout,
  packetIdentifier: number,
  dup: boolean,
): EncodablePacket {
  const { topicAlias: _unused, ...properties } = source.properties;
  const { omitTopicName, topicAlias, subscriptionIdentifiers, messageExpiryInterval } = arrangement;
  return {
    type: 'publish',
    dup,
    qos: level,
    retain,
    topicName: omitTopicName === true ? '' : source.topicName,
    packetIdentifier,
    payload: source.payload,
    properties: {
      ...properties,
      ...(topicAlias === undefined ? {} : { topicAlias }),
      ...(subscriptionIdentifiers === undefined ? {} : { subscriptionIdentifiers }),
      ...(messageExpiryInterval === undefined ? {} : { messageExpiryInterval }),
    },
  };
}
