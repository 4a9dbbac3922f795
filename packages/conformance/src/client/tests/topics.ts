import { mutant, packetTypeOf } from '../../harness/mutations.ts';
import { bytes, frame } from '../../wire/frame.ts';
import { writes } from '../client-mutations.ts';
import type { ClientMutant } from '../client-mutant.ts';
import type { ClientTestContext } from '../client-test-context.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';
import type { StatementId } from '../../statements/statement.ts';
import { SURROGATE, WIDE_TEXT, withText } from './byte-fixture.ts';

/** Section 4.7: Topic Names and Topic Filters, good ones and those that a program should not have asked for. */
export const TOPICS_CLIENT_TESTS: readonly ClientTest[] = [
  ...defineClientTest({
    id: 'topics/names',
    title: 'Topic Names are sent as they were given, or not at all when they are none',
    statements: [
      'MQTT-3.3.2-1',
      'MQTT-3.3.2-2',
      'MQTT-4.7.0-1',
      'MQTT-4.7.3-1',
      'MQTT-4.7.3-2',
      'MQTT-4.7.3-3',
      'U-3.3.2.1-1',
      'v3 MQTT-3.3.2-1',
      'v3 MQTT-3.3.2-2',
      'v3 MQTT-4.7.1-1',
      'v3 MQTT-4.7.3-1',
      'v3 MQTT-4.7.3-2',
      'v3 MQTT-4.7.3-3',
    ],
    run: async (test) => {
      await checkSent(test, GOOD_NAMES, BAD_NAMES, 'publish');
    },
    mutants: [
      replaces(
        'publish',
        'does not begin with a Topic Name in UTF-8',
        ['MQTT-3.3.2-1', 'v3 MQTT-3.3.2-1'],
        'plain',
        bytes(...SURROGATE, 65, 65),
      ),
      replaces(
        'publish',
        'lets a wildcard pass',
        ['MQTT-3.3.2-2', 'MQTT-4.7.0-1', 'v3 MQTT-3.3.2-2', 'v3 MQTT-4.7.1-1'],
        'plain',
        bytes(0x2b, 0x2f, 65, 65, 65),
      ),
      replaces('publish', 'lets U+0000 pass', ['MQTT-4.7.3-2', 'v3 MQTT-4.7.3-2'], 'plain', bytes(0, 65, 65, 65, 65)),
      writes(
        'lets an empty Topic Name pass',
        ['MQTT-4.7.3-1', 'U-3.3.2.1-1', 'v3 MQTT-4.7.3-1'],
        'publish',
        (body, first) => frame(first, bytes(0, 0), body.subarray(2 + (((body[0] ?? 0) << 8) | (body[1] ?? 0)))),
      ),
      shortens('publish'),
    ],
  }),
  ...defineClientTest({
    id: 'topics/filters',
    title: 'Topic Filters are sent as they were given, or not at all when they are none',
    statements: [
      'MQTT-3.8.3-1',
      'MQTT-4.7.1-1',
      'MQTT-4.7.1-2',
      'MQTT-4.7.3-1',
      'MQTT-4.7.3-2',
      'MQTT-4.7.3-3',
      'MQTT-4.8.2-1',
      'MQTT-4.8.2-2',
      'v3 MQTT-3.8.3-1',
      'v3 MQTT-4.7.1-2',
      'v3 MQTT-4.7.1-3',
      'v3 MQTT-4.7.3-1',
      'v3 MQTT-4.7.3-2',
      'v3 MQTT-4.7.3-3',
    ],
    run: async (test) => {
      const shared = test.version === 5;
      await checkSent(
        test,
        shared ? [...GOOD_FILTERS, '$share/gulls/skua/+'] : GOOD_FILTERS,
        shared ? [...BAD_FILTERS, ...BAD_SHARED_FILTERS] : BAD_FILTERS,
        'subscribe',
      );
    },
    mutants: [
      replaces(
        'subscribe',
        'writes ill-formed UTF-8',
        ['MQTT-3.8.3-1', 'v3 MQTT-3.8.3-1'],
        'plain',
        bytes(...SURROGATE, 65, 65),
      ),
      replaces(
        'subscribe',
        'lets # pass anywhere',
        ['MQTT-4.7.1-1', 'v3 MQTT-4.7.1-2'],
        'plain',
        bytes(0x23, 0x2f, 65, 65, 65),
      ),
      replaces(
        'subscribe',
        'lets + pass anywhere',
        ['MQTT-4.7.1-2', 'v3 MQTT-4.7.1-3'],
        'plain',
        bytes(0x2b, 65, 65, 65, 65),
      ),
      replaces('subscribe', 'lets U+0000 pass', ['MQTT-4.7.3-2', 'v3 MQTT-4.7.3-2'], 'plain', bytes(0, 65, 65, 65, 65)),
      mutant('lets an empty Topic Filter pass', ['MQTT-4.7.3-1', 'v3 MQTT-4.7.3-1'], {
        fromClient: (sent) => {
          if (packetTypeOf(sent) !== 'subscribe') return [sent];
          const head = sent.subarray(2, sent.length > 130 ? 2 : 4);
          return [frame(sent[0] ?? 0, head, ...(sent[4] === 0 && sent[5] === 0 ? [bytes(0)] : []), bytes(0, 0, 0))];
        },
      }),
      replaces(
        'subscribe',
        'lets an empty ShareName pass',
        ['MQTT-4.8.2-1'],
        'gulls/skua',
        bytes(...encode('/skuaAAAAA')),
      ),
      replaces(
        'subscribe',
        'lets a wildcard in a ShareName pass',
        ['MQTT-4.8.2-2'],
        'gulls/skua',
        bytes(...encode('gul+s/skua')),
      ),
      shortens('subscribe'),
    ],
  }),
];

/** Whatever the program asked for, only good topics are sent, and all of them. */
async function checkSent(
  test: ClientTestContext,
  good: readonly string[],
  bad: readonly string[],
  verb: 'publish' | 'subscribe',
): Promise<void> {
  let connection = await test.connect();
  const ask = (topic: string): void => {
    if (verb === 'publish') test.publish({ topicName: topic });
    else test.subscribe([{ topicFilter: topic }]);
  };
  for (const topic of bad) {
    ask(topic);
    if (await connection.closes(0)) connection = await test.connect();
    for (const packet of await connection.settle()) {
      if (packet.type === verb)
        test.fail(`${JSON.stringify(topic.slice(0, 20))} was asked for, and sent as something else`);
    }
  }
  for (const topic of good) {
    ask(topic);
    const packet = await connection.expect(verb);
    const sent =
      packet.type === 'publish' ? packet.topicName : packet.subscriptions.map(({ topicFilter }) => topicFilter)[0];
    test.checkEqual(sent, topic, 'the topic that was sent');
  }
}

function replaces(
  type: 'publish' | 'subscribe',
  name: string,
  breaks: readonly StatementId[],
  text: string,
  instead: Uint8Array,
): ClientMutant {
  return mutant(name, breaks, {
    fromClient: (sent) => [packetTypeOf(sent) === type ? withText(sent, text, instead) : sent],
  });
}

/** A length of 65,535 that became another one on its way into two bytes. */
function shortens(type: 'publish' | 'subscribe'): ClientMutant {
  return mutant('cuts what does not fit into two bytes of length', ['MQTT-4.7.3-3', 'v3 MQTT-4.7.3-3'], {
    fromClient: (sent) => {
      if (packetTypeOf(sent) !== type || sent.length < 0xffff) return [sent];
      const at = type === 'publish' ? 4 : sent[6] === 0 ? 7 : 6;
      return [frame(sent[0] ?? 0, sent.subarray(4, at), bytes(0, 1), sent.subarray(at + 2))];
    },
  });
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

const LONGEST = 'x'.repeat(0xffff);
const GOOD_NAMES: readonly string[] = ['plain', '/', 'skua//a', ' ', '$skua/a', WIDE_TEXT, LONGEST];
const BAD_NAMES: readonly string[] = ['', '#', '+', 'skua/+/a', 'skua/a+', 'skua\0a', `${LONGEST}x`];
const GOOD_FILTERS: readonly string[] = ['plain', '#', '+', '+/a/#', '/+', 'skua//#', WIDE_TEXT, LONGEST];
const BAD_FILTERS: readonly string[] = ['', 'skua/#/a', 'skua#', 'skua/a#', 'skua+', '+a/b', 'skua\0a', `${LONGEST}x`];
const BAD_SHARED_FILTERS: readonly string[] = [
  '$share/',
  '$share//skua',
  '$share/gulls',
  '$share/gulls/',
  '$share/g+/a',
  '$share/#/a',
];
