import { mutant, packetTypeOf } from '../../harness/mutations.ts';
import { bytes, concatenate, frame } from '../../wire/frame.ts';
import { bodyOffset, writes } from '../client-mutations.ts';
import type { ClientMutant } from '../client-mutant.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';
import type { StatementId } from '../../statements/statement.ts';
import { LONE_SURROGATE, SURROGATE, WIDE_TEXT, withText } from './byte-fixture.ts';

/** Sections 3.8 and 3.10: SUBSCRIBE and UNSUBSCRIBE. */
export const SUBSCRIBING_CLIENT_TESTS: readonly ClientTest[] = [
  ...defineClientTest({
    id: 'subscribe/format',
    title: 'SUBSCRIBE has the flags 0010 and at least one Topic Filter, each as it was asked for',
    statements: [
      'MQTT-2.1.3-1',
      'MQTT-2.2.2-1',
      'MQTT-3.8.1-1',
      'MQTT-3.8.3-2',
      'U-3.8.3-1',
      'U-3.8.3.1-1',
      'U-3.8.3.1-2',
      'v3 MQTT-2.2.2-1',
      'v3 MQTT-3.8.1-1',
      'v3 MQTT-3.8.3-3',
    ],
    run: async (test) => {
      const connection = await test.connect();
      test.subscribe([]);
      const subscriptions = [
        { topicFilter: 'skua/a', qos: 0, noLocal: true, retainAsPublished: false, retainHandling: 2 },
        { topicFilter: 'skua/#', qos: 2, noLocal: false, retainAsPublished: true, retainHandling: 1 },
      ] as const;
      test.subscribe(subscriptions);
      const received = await connection.expectFrame('subscribe');
      test.checkEqual(received.bytes[0], 0x82, 'the first byte of SUBSCRIBE');
      const asked = subscriptions.map((one) =>
        test.version === 5 ? one : { topicFilter: one.topicFilter, qos: one.qos, ...NO_OPTIONS },
      );
      test.checkEqual(received.packet.subscriptions, asked, 'the subscriptions');
    },
    mutants: [
      writes(
        'sends SUBSCRIBE with flags 0000',
        ['MQTT-2.1.3-1', 'MQTT-3.8.1-1', 'v3 MQTT-2.2.2-1', 'v3 MQTT-3.8.1-1'],
        'subscribe',
        (body) => frame(0x80, body),
      ),
      mutant('sends SUBSCRIBE without a Topic Filter', ['MQTT-3.8.3-2', 'U-3.8.3-1', 'v3 MQTT-3.8.3-3'], {
        fromClient: (sent, { version }) => {
          if (packetTypeOf(sent) !== 'subscribe') return [sent];
          const body = sent.subarray(bodyOffset(sent));
          return [frame(0x82, body.subarray(0, version === 5 ? 3 : 2))];
        },
      }),
      writes('leaves the Property Length out', ['MQTT-2.2.2-1'], 'subscribe', (body, first) =>
        frame(first, body.subarray(0, 2), body.subarray(3)),
      ),
      mutant('asks for QoS 3', ['U-3.8.3.1-1'], {
        fromClient: (sent) => [
          packetTypeOf(sent) === 'subscribe'
            ? withText(sent, 'skua/#\u001a', concatenate([FILTER, bytes(0x1b)]))
            : sent,
        ],
      }),
      mutant('asks for Retain Handling 3', ['U-3.8.3.1-2'], {
        fromClient: (sent) => [
          packetTypeOf(sent) === 'subscribe'
            ? withText(sent, 'skua/#\u001a', concatenate([FILTER, bytes(0x3a)]))
            : sent,
        ],
      }),
    ],
  }),
  ...defineClientTest({
    id: 'subscribe/subscription-identifier',
    title: 'SUBSCRIBE has one Subscription Identifier at most, and never 0, even when the program asks for it',
    statements: ['U-3.8.2.1.2-1', 'U-3.8.2.1.2-2'],
    run: async (test) => {
      const connection = await test.connect();
      for (const identifier of [0, 5]) test.subscribe([{ topicFilter: 'skua/a' }], identifier);
      await connection.settle();
    },
    mutants: [
      mutant('has Subscription Identifier twice', ['U-3.8.2.1.2-2'], {
        fromClient: (sent) => [
          packetTypeOf(sent) === 'subscribe' ? withText(sent, '\u0002\u000b\u0005', bytes(4, 0x0b, 5, 0x0b, 6)) : sent,
        ],
      }),
      mutant('has Subscription Identifier 0', ['U-3.8.2.1.2-1'], {
        fromClient: (sent) => [
          packetTypeOf(sent) === 'subscribe' ? withText(sent, '\u0002\u000b\u0005', bytes(2, 0x0b, 0)) : sent,
        ],
      }),
    ],
  }),
  ...defineClientTest({
    id: 'subscribe/no-local-and-shared',
    title: 'No Local is not asked for on a Shared Subscription, even when the program does',
    statements: ['MQTT-3.8.3-4'],
    run: async (test) => {
      const connection = await test.connect();
      test.subscribe([{ topicFilter: '$share/gulls/skua', noLocal: true }]);
      test.subscribe([{ topicFilter: '$share/gulls/skua' }]);
      await connection.settle();
    },
    mutants: [
      mutant('asks for No Local everywhere', ['MQTT-3.8.3-4'], {
        fromClient: (sent) => [
          packetTypeOf(sent) === 'subscribe'
            ? Uint8Array.from(sent, (byte, at) => (at === sent.length - 1 ? byte | 0x04 : byte))
            : sent,
        ],
      }),
    ],
  }),
  ...defineClientTest({
    id: 'unsubscribe/format',
    title: 'UNSUBSCRIBE has the flags 0010, a Packet Identifier and the Topic Filters that were given, in UTF-8',
    statements: [
      'MQTT-2.2.1-3',
      'MQTT-3.10.1-1',
      'MQTT-3.10.3-1',
      'v3 MQTT-2.3.1-1',
      'v3 MQTT-3.10.1-1',
      'v3 MQTT-3.10.3-1',
    ],
    run: async (test) => {
      const connection = await test.connect();
      const topicFilters = ['skua/plain', WIDE_TEXT];
      await test.subscribed(
        connection,
        topicFilters.map((topicFilter) => ({ topicFilter })),
      );
      test.unsubscribe(...topicFilters).checkOffered();
      const received = await connection.expectFrame('unsubscribe');
      test.checkEqual(received.bytes[0], 0xa2, 'the first byte of UNSUBSCRIBE');
      test.checkEqual(received.packet.topicFilters, topicFilters, 'the Topic Filters');
    },
    mutants: [
      writes('sends UNSUBSCRIBE with flags 0000', ['MQTT-3.10.1-1', 'v3 MQTT-3.10.1-1'], 'unsubscribe', (body) =>
        frame(0xa0, body),
      ),
      inUnsubscribe('writes ill-formed UTF-8', ['MQTT-3.10.3-1', 'v3 MQTT-3.10.3-1'], bytes(...SURROGATE, 65, 65)),
      writes('has Packet Identifier 0', ['MQTT-2.2.1-3', 'v3 MQTT-2.3.1-1'], 'unsubscribe', (body, first) =>
        frame(first, bytes(0, 0), body.subarray(2)),
      ),
    ],
  }),
  ...defineClientTest({
    id: 'unsubscribe/no-filter',
    title: 'UNSUBSCRIBE has at least one Topic Filter, even when the program gives none',
    statements: ['MQTT-3.10.3-2', 'U-3.10.3-2', 'v3 MQTT-3.10.3-2'],
    run: async (test) => {
      const connection = await test.connect();
      await test.subscribed(connection, [{ topicFilter: 'plain' }]);
      test.unsubscribe();
      test.unsubscribe('plain').checkOffered();
      await connection.settle();
    },
    mutants: [
      mutant('sends UNSUBSCRIBE without a Topic Filter', ['MQTT-3.10.3-2', 'U-3.10.3-2', 'v3 MQTT-3.10.3-2'], {
        fromClient: (sent, { version }) => {
          if (packetTypeOf(sent) !== 'unsubscribe') return [sent];
          const body = sent.subarray(bodyOffset(sent));
          return [frame(0xa2, body.subarray(0, version === 5 ? 3 : 2))];
        },
      }),
    ],
  }),
  ...defineClientTest({
    id: 'unsubscribe/null-character',
    title: 'No Topic Filter of UNSUBSCRIBE has U+0000 in it, even when the program asks for it',
    statements: ['MQTT-1.5.4-2', 'v3 MQTT-1.5.3-2'],
    run: async (test) => {
      const connection = await test.connect();
      await test.subscribed(connection, [{ topicFilter: 'plain' }]);
      for (const topicFilter of ['a\0', LONE_SURROGATE]) test.unsubscribe(topicFilter);
      test.unsubscribe('plain').checkOffered();
      await connection.settle();
    },
    mutants: [inUnsubscribe('lets U+0000 pass', ['MQTT-1.5.4-2', 'v3 MQTT-1.5.3-2'], bytes(0, 65, 65, 65, 65))],
  }),
];

/** A broken client that writes five other bytes into a Topic Filter. */
function inUnsubscribe(name: string, breaks: readonly StatementId[], instead: Uint8Array): ClientMutant {
  return mutant(name, breaks, {
    fromClient: (sent) => [packetTypeOf(sent) === 'unsubscribe' ? withText(sent, 'plain', instead) : sent],
  });
}

const NO_OPTIONS = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
const FILTER = new TextEncoder().encode('skua/#');
