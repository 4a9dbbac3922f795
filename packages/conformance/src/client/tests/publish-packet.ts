import { mutant, packetTypeOf } from '../../harness/mutations.ts';
import { concatenate, frame, bytes } from '../../wire/frame.ts';
import { sends, writes } from '../client-mutations.ts';
import type { ClientMutant } from '../client-mutant.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';
import type { StatementId } from '../../statements/statement.ts';
import { LONE_SURROGATE, SURROGATE, WIDE_TEXT, withText } from './byte-fixture.ts';

/** Section 3.3: the PUBLISH packets of a client. */
export const PUBLISH_PACKET_CLIENT_TESTS: readonly ClientTest[] = [
  ...defineClientTest({
    id: 'publish/qos-0',
    title: 'A message at QoS 0 is sent with QoS 0, DUP 0 and without a Packet Identifier',
    statements: [
      'MQTT-2.2.1-2',
      'MQTT-3.3.1-2',
      'MQTT-4.3.1-1',
      'v3 MQTT-2.3.1-5',
      'v3 MQTT-3.3.1-2',
      'v3 MQTT-4.3.1-1',
    ],
    run: async (test) => {
      const connection = await test.connect();
      for (const retain of [false, true]) {
        test.publish({ topicName: 'skua/a', payload: 'whole', retain });
        const received = await connection.expectFrame('publish');
        test.checkEqual(received.bytes[0], retain ? 0x31 : 0x30, 'the first byte of PUBLISH');
        test.checkEqual(new TextDecoder().decode(received.packet.payload), 'whole', 'the payload');
      }
    },
    mutants: [
      writes(
        'sets DUP',
        ['MQTT-3.3.1-2', 'MQTT-4.3.1-1', 'v3 MQTT-3.3.1-2', 'v3 MQTT-4.3.1-1'],
        'publish',
        (body, first) => frame(first | 0x08, body),
      ),
      mutant('numbers messages of QoS 0', ['MQTT-2.2.1-2', 'v3 MQTT-2.3.1-5'], {
        fromClient: (sent) => [
          packetTypeOf(sent) === 'publish' ? withText(sent, 'skua/a', concatenate([TOPIC, bytes(0, 1)])) : sent,
        ],
      }),
      sends(
        'sends at QoS 1 what was asked for at QoS 0',
        ['MQTT-4.3.1-1', 'v3 MQTT-4.3.1-1'],
        'publish',
        (publish) => ({
          ...publish,
          qos: 1,
          packetIdentifier: 1,
        }),
      ),
    ],
  }),
  ...defineClientTest({
    id: 'publish/packet-identifiers',
    title: 'Everything that needs a Packet Identifier gets one that is not in use, and QoS 1 and 2 begin with DUP 0',
    statements: [
      'MQTT-2.2.1-3',
      'MQTT-4.3.2-1',
      'MQTT-4.3.2-2',
      'MQTT-4.3.3-1',
      'MQTT-4.3.3-2',
      'v3 MQTT-2.3.1-1',
      'v3 MQTT-2.3.1-2',
      'v3 MQTT-4.3.2-1',
      'v3 MQTT-4.3.3-1',
    ],
    run: async (test) => {
      const connection = await test.connect();
      const found = new Set<number>();
      for (const qos of [1, 2, 1, 2] as const) {
        test.publish({ topicName: 'skua/a', qos });
        const publish = await connection.expect('publish');
        test.checkEqual([publish.qos, publish.dup], [qos, false], 'QoS and DUP');
        found.add(publish.packetIdentifier);
      }
      for (const topicFilter of ['skua/b', 'skua/c']) {
        test.subscribe([{ topicFilter }]);
        found.add((await connection.expect('subscribe')).packetIdentifier);
      }
      test.checkEqual(found.size, 6, 'how many Packet Identifiers are in use after six packets without an answer');
    },
    mutants: [
      sends('numbers every PUBLISH 1', ['MQTT-2.2.1-3', 'v3 MQTT-2.3.1-2'], 'publish', (publish) => ({
        ...publish,
        packetIdentifier: 1,
      })),
      sends(
        'numbers SUBSCRIBE as if nothing else were under way',
        ['MQTT-2.2.1-3', 'v3 MQTT-2.3.1-2'],
        'subscribe',
        (packet) => ({
          ...packet,
          packetIdentifier: 1,
        }),
      ),
      sends('numbers every message of QoS 1 alike', ['MQTT-4.3.2-1', 'v3 MQTT-4.3.2-1'], 'publish', (publish) =>
        publish.qos === 1 ? { ...publish, packetIdentifier: 1 } : publish,
      ),
      sends('numbers every message of QoS 2 alike', ['MQTT-4.3.3-1', 'v3 MQTT-4.3.3-1'], 'publish', (publish) =>
        publish.qos === 2 ? { ...publish, packetIdentifier: 2 } : publish,
      ),
      sends('begins QoS 1 with DUP 1', ['MQTT-4.3.2-2', 'v3 MQTT-4.3.2-1'], 'publish', (publish) =>
        publish.qos === 1 ? { ...publish, dup: true } : publish,
      ),
      sends('begins QoS 2 with DUP 1', ['MQTT-4.3.3-2', 'v3 MQTT-4.3.3-1'], 'publish', (publish) =>
        publish.qos === 2 ? { ...publish, dup: true } : publish,
      ),
      mutant('has Packet Identifier 0', ['MQTT-2.2.1-3', 'v3 MQTT-2.3.1-1'], {
        fromClient: (sent) => [
          packetTypeOf(sent) === 'publish' ? withText(sent, 'skua/a\0\u0001', concatenate([TOPIC, bytes(0, 0)])) : sent,
        ],
      }),
    ],
  }),
  ...defineClientTest({
    id: 'publish/qos-3',
    title: 'No PUBLISH has QoS 3, even when the program asks for it',
    statements: ['MQTT-3.3.1-4', 'U-3.3.1.2-1', 'v3 MQTT-3.3.1-4'],
    run: async (test) => {
      const connection = await test.connect();
      // eslint-disable-next-line typescript/no-unsafe-type-assertion -- a program without types may do this
      test.publish({ topicName: 'skua/a', qos: 3 as 2 });
      test.publish({ topicName: 'skua/a', qos: 2 });
      await connection.settle();
    },
    mutants: [
      writes('has QoS 3', ['MQTT-3.3.1-4', 'U-3.3.1.2-1', 'v3 MQTT-3.3.1-4'], 'publish', (body, first) =>
        frame(first | 0x06, body),
      ),
    ],
  }),
  ...defineClientTest({
    id: 'publish/response-topic-and-content-type',
    title: 'Response Topic and Content Type are sent as they were given, in well-formed UTF-8',
    statements: ['MQTT-3.3.2-13', 'MQTT-3.3.2-19'],
    run: async (test) => {
      const connection = await test.connect();
      const good = { responseTopic: `${WIDE_TEXT}-resp`, contentType: `${WIDE_TEXT}-type` };
      test.publish({ topicName: 'skua/a', properties: good });
      const { properties } = await connection.expect('publish');
      test.checkEqual([properties.responseTopic, properties.contentType], Object.values(good), 'the properties');
      for (const name of ['responseTopic', 'contentType'] as const) {
        test.publish({ topicName: 'skua/a', properties: { [name]: `a${LONE_SURROGATE}` } });
      }
      await connection.settle();
    },
    mutants: [
      replaces(
        'writes ill-formed UTF-8 into the Response Topic',
        ['MQTT-3.3.2-13'],
        '-resp',
        bytes(...SURROGATE, 65, 65),
      ),
      replaces(
        'writes ill-formed UTF-8 into the Content Type',
        ['MQTT-3.3.2-19'],
        '-type',
        bytes(...SURROGATE, 65, 65),
      ),
    ],
  }),
  ...defineClientTest({
    id: 'publish/response-topic-without-wildcards',
    title: 'No Response Topic has a wildcard, even when the program asks for it',
    statements: ['MQTT-3.3.2-14'],
    run: async (test) => {
      const connection = await test.connect();
      for (const responseTopic of ['skua/+', '#', 'plain']) {
        test.publish({ topicName: 'skua/a', properties: { responseTopic } });
      }
      await connection.settle();
    },
    mutants: [replaces('answers to many topics', ['MQTT-3.3.2-14'], 'plain', bytes(0x2f, 0x2b, 0x2f, 65, 65))],
  }),
  ...defineClientTest({
    id: 'publish/no-subscription-identifier',
    title: 'A PUBLISH of a client has no Subscription Identifier, even when the program asks for it',
    statements: ['MQTT-3.3.4-6'],
    run: async (test) => {
      const connection = await test.connect();
      test.publish({ topicName: 'skua/a', properties: { subscriptionIdentifiers: [1] } });
      test.publish({ topicName: 'skua/a' });
      for (const packet of await connection.settle()) {
        const found = packet.type === 'publish' ? packet.properties.subscriptionIdentifiers : undefined;
        test.checkEqual(found ?? [], [], 'Subscription Identifiers of a PUBLISH');
      }
    },
    mutants: [
      writes('repeats a Subscription Identifier', ['MQTT-3.3.4-6'], 'publish', (body, first) =>
        withText(frame(first, body), 'skua/a\0', concatenate([TOPIC, bytes(2, 0x0b, 1)])),
      ),
    ],
  }),
];

function replaces(name: string, breaks: readonly StatementId[], text: string, instead: Uint8Array): ClientMutant {
  return mutant(name, breaks, {
    fromClient: (sent) => [packetTypeOf(sent) === 'publish' ? withText(sent, text, instead) : sent],
  });
}

const TOPIC = new TextEncoder().encode('skua/a');
