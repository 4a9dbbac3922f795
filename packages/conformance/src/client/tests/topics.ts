import { mutant, packetTypeOf } from '../../harness/mutations.ts';
import { bytes, frame } from '../../wire/frame.ts';
import type { Attempt } from '../attempt.ts';
import { bodyOffset } from '../client-mutations.ts';
import type { ClientMutant } from '../client-mutant.ts';
import type { ClientTestContext } from '../client-test-context.ts';
import { defineClientTest, type ClientTest } from '../client-test-definition.ts';
import type { StatementId } from '../../statements/statement.ts';
import { SURROGATE, WIDE_TEXT } from './byte-fixture.ts';

/** Section 4.7: Topic Names and Topic Filters, good ones and those that a program should not have asked for. */
export const TOPICS_CLIENT_TESTS: readonly ClientTest[] = [
  ...defineClientTest({
    id: 'topics/good-names',
    title: 'Topic Names are sent as they were given, in well-formed UTF-8',
    statements: ['MQTT-3.3.2-1', 'v3 MQTT-3.3.2-1'],
    run: async (test) => {
      await checkSent(test, 'publish', ['plain', '/', 'skua//a', ' ', '$skua/a', WIDE_TEXT, LONGEST]);
    },
    mutants: [
      instead('publish', 'does not begin with a Topic Name in UTF-8', ['MQTT-3.3.2-1', 'v3 MQTT-3.3.2-1'], [SURROGATE]),
    ],
  }),
  ...namesTest('empty', 'No Topic Name is empty', ['MQTT-4.7.3-1', 'U-3.3.2.1-1', 'v3 MQTT-4.7.3-1'], ['']),
  ...namesTest(
    'wildcards',
    'No Topic Name has a wildcard',
    ['MQTT-3.3.2-2', 'MQTT-4.7.0-1', 'v3 MQTT-3.3.2-2', 'v3 MQTT-4.7.1-1'],
    ['#', '+', 'skua/+/a', 'skua/a+', 'skua/#'],
  ),
  ...namesTest(
    'null-character',
    'No Topic Name has U+0000 in it',
    ['MQTT-4.7.3-2', 'v3 MQTT-4.7.3-2'],
    ['skua\0a', '\0'],
  ),
  ...tooLongTest('publish', 'names'),
  ...defineClientTest({
    id: 'topics/good-filters',
    title: 'Topic Filters are sent as they were given, in well-formed UTF-8',
    statements: ['MQTT-3.8.3-1', 'v3 MQTT-3.8.3-1'],
    run: async (test) => {
      const filters = ['plain', '#', '+', '+/a/#', '/+', 'skua//#', WIDE_TEXT, LONGEST];
      await checkSent(test, 'subscribe', test.version === 5 ? [...filters, '$share/gulls/skua/+'] : filters);
    },
    mutants: [instead('subscribe', 'writes ill-formed UTF-8', ['MQTT-3.8.3-1', 'v3 MQTT-3.8.3-1'], [SURROGATE])],
  }),
  ...filtersTest('empty', 'No Topic Filter is empty', ['MQTT-4.7.3-1', 'v3 MQTT-4.7.3-1'], ['']),
  ...filtersTest(
    'hash',
    '# stands alone in the last level of a Topic Filter',
    ['MQTT-4.7.1-1', 'v3 MQTT-4.7.1-2'],
    ['skua/#/a', 'skua#', 'skua/a#', '##'],
  ),
  ...filtersTest(
    'plus',
    '+ stands alone in its level of a Topic Filter',
    ['MQTT-4.7.1-2', 'v3 MQTT-4.7.1-3'],
    ['skua+', '+a/b', 'skua/a+/b', '++'],
  ),
  ...filtersTest(
    'null-character',
    'No Topic Filter has U+0000 in it',
    ['MQTT-4.7.3-2', 'v3 MQTT-4.7.3-2'],
    ['skua\0a'],
  ),
  ...filtersTest(
    'share-name',
    'A ShareName has at least one character',
    ['MQTT-4.8.2-1'],
    ['$share//skua', '$share//', '$share///a'],
  ),
  ...filtersTest(
    'after-share-name',
    'A ShareName has no wildcards and is followed by / and a Topic Filter',
    ['MQTT-4.8.2-2'],
    ['$share/gulls', '$share/gulls/', '$share/g+/a', '$share/#/a'],
  ),
  ...tooLongTest('subscribe', 'filters'),
];

type Verb = 'publish' | 'subscribe';

function namesTest(
  id: string,
  title: string,
  statements: readonly StatementId[],
  bad: readonly string[],
): readonly ClientTest[] {
  return refusalTest('publish', `names-${id}`, `${title}, even when the program asks for it`, statements, bad);
}

function filtersTest(
  id: string,
  title: string,
  statements: readonly StatementId[],
  bad: readonly string[],
): readonly ClientTest[] {
  return refusalTest('subscribe', `filters-${id}`, `${title}, even when the program asks for it`, statements, bad);
}

function refusalTest(
  verb: Verb,
  id: string,
  title: string,
  statements: readonly StatementId[],
  bad: readonly string[],
): readonly ClientTest[] {
  return defineClientTest({
    id: `topics/${id}`,
    title,
    statements,
    run: async (test) => {
      await checkNotSent(test, verb, bad);
      await checkSent(test, verb, ['plain']);
    },
    mutants: [
      instead(
        verb,
        'lets such a topic pass',
        statements,
        bad.map((topic) => new TextEncoder().encode(topic)),
      ),
    ],
  });
}

function tooLongTest(verb: Verb, what: 'names' | 'filters'): readonly ClientTest[] {
  const statements: readonly StatementId[] = ['MQTT-4.7.3-3', 'v3 MQTT-4.7.3-3'];
  return defineClientTest({
    id: `topics/${what}-too-long`,
    title: `Of Topic ${what === 'names' ? 'Names' : 'Filters'} of more than 65,535 bytes nothing is sent`,
    statements,
    run: async (test) => {
      await checkNotSent(test, verb, [`${LONGEST}x`, `${'\u{6f22}'.repeat(0x5555)}x`]);
      await checkSent(test, verb, [LONGEST]);
    },
    mutants: [
      mutant('cuts what does not fit into two bytes of length', statements, {
        fromClient: (sent, { version }) => {
          if (packetTypeOf(sent) !== verb || sent.length < LONGEST.length) return [sent];
          const at = topicAt(sent, version);
          return [frame(sent[0] ?? 0, sent.subarray(bodyOffset(sent), at), bytes(0, 1), sent.subarray(at + 2))];
        },
      }),
    ],
  });
}

/** Whatever the program asked for, nothing of it is sent. A client may end the connection over it, and gets another. */
async function checkNotSent(test: ClientTestContext, verb: Verb, bad: readonly string[]): Promise<void> {
  for (const topic of bad) {
    const connection = await test.connect();
    ask(test, verb, topic);
    await connection.closes(0);
    const packets = connection.closed ? connection.takeAll() : await connection.settle();
    const sent = packets.some(({ type }) => type === verb);
    test.check(!sent, `${JSON.stringify(topic.slice(0, 20))} was asked for, and sent as something else`);
    connection.cut();
  }
}

async function checkSent(test: ClientTestContext, verb: Verb, good: readonly string[]): Promise<void> {
  const connection = await test.connect();
  for (const topic of good) {
    const attempt = ask(test, verb, topic);
    await test.until(() => attempt.state === 'refused' || connection.waiting > 0);
    if (attempt.state === 'refused' && connection.waiting === 0) {
      test.choice(`the topic ${JSON.stringify(topic.slice(0, 20))}`, 'refused');
      continue;
    }
    const packet = await connection.expect(verb);
    const sent =
      packet.type === 'publish' ? packet.topicName : packet.subscriptions.map(({ topicFilter }) => topicFilter)[0];
    test.checkEqual(sent, topic, 'the topic that was sent');
  }
}

function ask(test: ClientTestContext, verb: Verb, topic: string): Attempt {
  return verb === 'publish' ? test.publish({ topicName: topic }) : test.subscribe([{ topicFilter: topic }]);
}

/** A client that sends these topics where it should send another: one after the other, then the last. */
function instead(
  type: Verb,
  name: string,
  breaks: readonly StatementId[],
  topics: readonly Uint8Array[],
): ClientMutant {
  return mutant(name, breaks, {
    fromClient: (sent, { version, index }) => {
      if (packetTypeOf(sent) !== type) return [sent];
      const at = topicAt(sent, version);
      const end = at + 2 + (((sent[at] ?? 0) << 8) | (sent[at + 1] ?? 0));
      const topic = topics[index % topics.length] ?? bytes();
      const length = bytes(topic.length >> 8, topic.length & 0xff);
      return [frame(sent[0] ?? 0, sent.subarray(bodyOffset(sent), at), length, topic, sent.subarray(end))];
    },
  });
}

/** Where the first topic begins with its length. SUBSCRIBE has a Packet Identifier before it, and empty properties in 5.0. */
function topicAt(sent: Uint8Array, version: number): number {
  const body = bodyOffset(sent);
  if (packetTypeOf(sent) === 'publish') return body;
  return version === 5 ? body + 3 : body + 2;
}

const LONGEST = 'x'.repeat(0xffff);
