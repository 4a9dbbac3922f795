import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import {
  encodePacket,
  PublishTemplate,
  type EncodablePacket,
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
