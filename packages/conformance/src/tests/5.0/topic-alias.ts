import { encodePacket } from '@skua/codec';
import { changesReceived, decodeFrame, mutant, neverCloses, statefulMutant } from '../../harness/mutations.ts';
import type { RawClient } from '../../harness/raw-client.ts';
import { defineTest, type ConformanceTest } from '../../harness/test-definition.ts';
import type { ConnectFields, TestContext } from '../../harness/test-context.ts';
import { bytes, frame, properties, property, string, twoByteInteger } from '../../wire/frame.ts';
import { KEPT } from './delivery-fixture.ts';

/** Section 3.3.2.3.4 of 5.0. */
export const TOPIC_ALIAS_TESTS: readonly ConformanceTest[] = [
  defineTest({
    id: 'publish/topic-alias-of-connection',
    title: 'A Topic Alias does not outlive its connection, even where the session does',
    statements: ['MQTT-3.3.2-7'],
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('a'));
      const { client: alice } = await aliasingClient(test, { properties: KEPT });
      await test.publish(alice, { topicName: test.topic('a'), qos: 1, properties: { topicAlias: 1 } });
      await watcher.expect('publish');
      await test.disconnect(alice);
      const { client: again } = await aliasingClient(test, { cleanStart: false });
      test.sendPublish(again, { topicName: '', properties: { topicAlias: 1 } });
      await again.expectClose();
      await watcher.expectNothing();
    },
    mutants: [
      neverCloses(['MQTT-3.3.2-7']),
      statefulMutant('keeps Topic Aliases with the session', ['MQTT-3.3.2-7'], () => {
        const topics = new Map<number, string>();
        return {
          fromClient: (received, connection) => {
            const packet = decodeFrame(received, 'server', connection);
            if (packet?.type !== 'publish') return [received];
            const { topicAlias = 0 } = packet.properties;
            if (packet.topicName !== '') topics.set(topicAlias, packet.topicName);
            return [encodePacket({ ...packet, topicName: topics.get(topicAlias) ?? packet.topicName }, 5)];
          },
        };
      }),
    ],
  }),
  defineTest({
    id: 'publish/topic-alias-0',
    title: 'A Topic Alias of 0 ends the connection, and nobody receives the message',
    statements: ['MQTT-3.3.2-8'],
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, test.topic('a'));
      const alice = await test.connect('alice');
      alice.sendBytes(aliased(test, 0));
      await alice.expectClose();
      await watcher.expectNothing();
    },
    mutants: [
      neverCloses(['MQTT-3.3.2-8']),
      mutant('takes Topic Alias 0 for none', ['MQTT-3.3.2-8'], {
        fromClient: (received) => {
          if (received[0] !== 0x30) return [received];
          const topicEnd = 4 + (received[3] ?? 0);
          return [frame(0x30, received.subarray(2, topicEnd), properties(), bytes(0x78))];
        },
      }),
    ],
  }),
  defineTest({
    id: 'publish/topic-alias-too-large',
    title: 'A Topic Alias above the broker’s Topic Alias Maximum ends the connection, and nobody receives the message',
    statements: ['MQTT-3.3.2-9'],
    run: async (test) => await exceedMaximum(test),
    mutants: [neverCloses(['MQTT-3.3.2-9']), forgetsAliases()],
  }),
  defineTest({
    id: 'publish/topic-alias-not-offered',
    title: 'Any Topic Alias ends the connection where the broker has not offered any',
    statements: ['MQTT-3.3.2-9'],
    profile: 'no-topic-aliases',
    run: async (test) => {
      const { client, connack } = await test.connectWithConnack('probe');
      const { topicAliasMaximum = 0 } = connack.properties;
      if (topicAliasMaximum > 0) test.skip('the broker accepts Topic Aliases');
      await test.disconnect(client);
      await exceedMaximum(test);
    },
    mutants: [neverCloses(['MQTT-3.3.2-9']), forgetsAliases()],
  }),
  defineTest({
    id: 'publish/topic-alias-accepted',
    title: 'Each Topic Alias up to the maximum can be set, used and set anew',
    statements: ['MQTT-3.3.2-12'],
    run: async (test) => {
      const watcher = await test.connect('watcher');
      await test.subscribe(watcher, [{ topicFilter: test.topic('a') }, { topicFilter: test.topic('b') }]);
      const { client: alice, maximum } = await aliasingClient(test);
      const aliases = new Set([1, 2, Math.ceil(maximum / 2), maximum].filter((alias) => alias <= maximum));
      for (const rest of ['a', 'b']) {
        for (const topicName of [test.topic(rest), '']) {
          for (const topicAlias of aliases) {
            test.sendPublish(alice, { topicName, payload: `${topicAlias}`, qos: 1, properties: { topicAlias } });
            const puback = await alice.expect('puback');
            test.check(puback.reasonCode < 0x80, `Topic Alias ${topicAlias} of ${maximum} was refused`);
            const publish = await watcher.expect('publish');
            test.checkEqual(publish.topicName, test.topic(rest), `the topic of Topic Alias ${topicAlias}`);
          }
        }
      }
    },
    mutants: [
      mutant('accepts one Topic Alias fewer than it says', ['MQTT-3.3.2-12'], {
        fromBroker: (sent, connection) => {
          const packet = decodeFrame(sent, 'client', connection);
          if (packet?.type !== 'connack') return [sent];
          const topicAliasMaximum = (packet.properties.topicAliasMaximum ?? 0) + 1;
          return [encodePacket({ ...packet, properties: { ...packet.properties, topicAliasMaximum } }, 5)];
        },
      }),
      statefulMutant('keeps the first topic of a Topic Alias', ['MQTT-3.3.2-12'], () => {
        const set = new Set<number>();
        return {
          fromClient: (received, connection) => {
            const packet = decodeFrame(received, 'server', connection);
            if (packet?.type !== 'publish') return [received];
            const { topicAlias = 0, ...rest } = packet.properties;
            const anew = packet.topicName !== '' && set.has(topicAlias);
            set.add(topicAlias);
            return anew ? [encodePacket({ ...packet, properties: rest }, 5)] : [received];
          },
        };
      }),
    ],
  }),
];

/** Connects where the broker accepts Topic Aliases. */
async function aliasingClient(
  test: TestContext,
  fields: ConnectFields = {},
): Promise<{ readonly client: RawClient; readonly maximum: number }> {
  const { client, connack } = await test.connectWithConnack('alice', fields);
  const { topicAliasMaximum = 0 } = connack.properties;
  if (topicAliasMaximum === 0) test.skip('the broker accepts no Topic Aliases');
  return { client, maximum: topicAliasMaximum };
}

async function exceedMaximum(test: TestContext): Promise<void> {
  const watcher = await test.connect('watcher');
  await test.subscribe(watcher, test.topic('a'));
  const { client: alice, connack } = await test.connectWithConnack('alice');
  const { topicAliasMaximum = 0 } = connack.properties;
  if (topicAliasMaximum === 0xffff) test.skip('every Topic Alias is allowed');
  alice.sendBytes(aliased(test, topicAliasMaximum + 1));
  await alice.expectClose();
  await watcher.expectNothing();
}

function aliased(test: TestContext, alias: number): Uint8Array {
  const section = properties(property(TOPIC_ALIAS, twoByteInteger(alias)));
  return frame(0x30, string(test.topic('a')), section, bytes(0x78));
}

/** A broker that ignores aliases of messages that have a Topic Name. */
function forgetsAliases(): ReturnType<typeof mutant> {
  return changesReceived('does not look at the alias of a full Topic Name', ['MQTT-3.3.2-9'], 'publish', (packet) => ({
    ...packet,
    properties: {},
  }));
}

const TOPIC_ALIAS = 0x23;
