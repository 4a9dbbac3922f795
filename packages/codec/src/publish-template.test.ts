import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryPacket } from '../test/arbitrary-packet.ts';
import { bytes, compact, hex, utf8 } from '../test-support/packet-cases.ts';
import {
  EncodeError,
  encodePacket,
  PacketReader,
  PublishTemplate,
  SHARED_PAYLOAD_BYTES_MIN,
  type EncodablePacket,
  type ProtocolVersion,
  type PublishMessageLike,
} from './index.ts';

const message: PublishMessageLike = { topicName: 'a/b', payload: utf8('hi'), properties: {} };

test('QoS 0 is whole from the start, and a stamp changes nothing', () => {
  const template = new PublishTemplate(message, 4, 0, true);
  template.stamp(7, true);
  expect(hex(template.head)).toBe('31070003612f626869');
  expect(template.payload).toBeUndefined();
  expect(template.length).toBe(9);
});

test.each([
  [1, false, '32'],
  [1, true, '3a'],
  [2, false, '34'],
  [2, true, '3c'],
] as const)('QoS %i and DUP %s are stamped in place, over and over', (qos, dup, first) => {
  const template = new PublishTemplate(message, 5, qos, false);
  template.stamp(0xffff, !dup);
  template.stamp(0x0102, dup);
  expect(hex(template.head)).toBe(compact(`${first}0a0003612f62010200 6869`));
});

test('a packet identifier that is none is refused', () => {
  const template = new PublishTemplate(message, 5, 1, false);
  for (const identifier of [0, 65_536, 1.5, Number.NaN]) {
    expect(() => template.stamp(identifier, false)).toThrow(EncodeError);
  }
});

describe('payloads', () => {
  test.each([
    [SHARED_PAYLOAD_BYTES_MIN - 1, false],
    [SHARED_PAYLOAD_BYTES_MIN, true],
    [300_000, true],
  ])('one of %i bytes is shared: %s', (length, shared) => {
    const payload = new Uint8Array(length).fill(0x61);
    const template = new PublishTemplate({ ...message, payload }, 4, 1, false);
    template.stamp(10, false);
    expect(template.payload).toBe(shared ? payload : undefined);
    const whole = encodePacket(
      {
        type: 'publish',
        dup: false,
        qos: 1,
        retain: false,
        topicName: 'a/b',
        packetIdentifier: 10,
        payload,
        properties: {},
      },
      4,
    );
    expect(template.length).toBe(whole.length);
    expect(Buffer.concat(shared ? [template.head, payload] : [template.head]).equals(whole)).toBe(true);
  });
});

describe('layouts', () => {
  const rich: PublishMessageLike = {
    ...message,
    properties: { topicAlias: 9, subscriptionIdentifiers: [8], messageExpiryInterval: 60, contentType: 't' },
  };

  test('alias and identifiers of the connection that the message came from are left out', () => {
    expect(hex(new PublishTemplate(rich, 5, 0, false).head)).toBe(
      compact('30110003612f62 09 020000003c 03000174 6869'),
    );
  });

  test('those of the receiver are put in', () => {
    const layout = { topicAlias: 1, subscriptionIdentifiers: [1, 200], messageExpiryInterval: 5 };
    const { head } = new PublishTemplate(rich, 5, 0, false, layout);
    expect(hex(head)).toBe(compact('30190003612f62 11 230001 0b010bc801 0200000005 03000174 6869'));
  });

  test('a known alias stands for the name, and the identifier is found behind it', () => {
    const template = new PublishTemplate(message, 5, 1, false, { topicAlias: 1, omitTopicName: true });
    template.stamp(0x0102, false);
    expect(hex(template.head)).toBe(compact('320a 0000 0102 03230001 6869'));
  });

  test('the message is not changed', () => {
    const before = structuredClone(rich);
    new PublishTemplate(rich, 5, 1, false, { topicAlias: 1 }).stamp(1, true);
    expect(rich).toEqual(before);
  });

  test('no alias, no empty name', () => {
    expect(() => new PublishTemplate(message, 5, 0, false, { omitTopicName: true })).toThrow(EncodeError);
    expect(() => new PublishTemplate(message, 4, 0, false, { topicAlias: 1, omitTopicName: true })).toThrow(
      EncodeError,
    );
  });
});

test('a bad message is refused', () => {
  expect(() => new PublishTemplate({ ...message, topicName: 'a/+' }, 5, 0, false)).toThrow(EncodeError);
  expect(() => new PublishTemplate({ ...message, topicName: 'é#' }, 5, 0, false)).toThrow(EncodeError);
});

test.each([3, 4, 5] as const)(
  'in version %i a template gives the bytes of encodePacket',
  (version: ProtocolVersion) => {
    const publishes = arbitraryPacket(version, 'client').filter(
      (packet): packet is Extract<EncodablePacket, { type: 'publish' }> =>
        packet.type === 'publish' && packet.topicName !== '',
    );
    fc.assert(
      fc.property(publishes, (packet) => {
        const { topicAlias, subscriptionIdentifiers } = packet.properties;
        const template = new PublishTemplate(packet, version, packet.qos, packet.retain, {
          topicAlias,
          subscriptionIdentifiers,
        });
        template.stamp(packet.qos === 0 ? 1 : packet.packetIdentifier, packet.dup);
        const whole = Buffer.concat(
          template.payload === undefined ? [template.head] : [template.head, template.payload],
        );
        const reader = new PacketReader({ role: 'client', protocolVersion: version });
        reader.push(whole);
        expect(reader.next()).toEqual(packet);
        expect(whole.length).toBe(template.length);
      }),
    );
  },
);

test('long topics and many bytes of Remaining Length do not move the identifier', () => {
  const template = new PublishTemplate({ ...message, topicName: 'a'.repeat(20_000) }, 4, 1, false);
  template.stamp(0xabcd, false);
  expect(hex(template.head.subarray(0, 6))).toBe(compact('32a69c01 4e20'));
  expect(hex(template.head.subarray(-4))).toBe(hex(bytes('abcd 6869')));
});
