import { parseTopicName, type TopicName } from '@skua/topics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { TopicAliasReceiver } from './topic-alias-receiver.ts';
import { TopicAliasSender } from './topic-alias-sender.ts';

function topic(index: number): TopicName {
  return parseTopicName(`topic/${index}`);
}

describe('TopicAliasSender', () => {
  test('sets an alias with the first message and uses it from the second', () => {
    const aliases = new TopicAliasSender(2);
    expect(aliases.use(topic(1))).toEqual({ topicAlias: 1, setsAlias: true });
    expect(aliases.use(topic(1))).toEqual({ topicAlias: 1, setsAlias: false });
    expect(aliases.use(topic(2))).toEqual({ topicAlias: 2, setsAlias: true });
    expect(aliases.use(topic(1))).toEqual({ topicAlias: 1, setsAlias: false });
    expect(aliases.size).toBe(2);
  });

  test('uses none when the peer allows none', () => {
    const aliases = new TopicAliasSender(0);
    expect(aliases.use(topic(1))).toBeUndefined();
    expect(aliases.use(topic(1))).toBeUndefined();
    expect(aliases.size).toBe(0);
  });

  test('uses none for a Topic Name that is not longer than the property', () => {
    const aliases = new TopicAliasSender(5);
    expect(aliases.use(parseTopicName('abc'))).toBeUndefined();
    expect(aliases.use(parseTopicName('abcd'))).toBeDefined();
  });

  test('sets the alias again after the message that set it was not sent', () => {
    const aliases = new TopicAliasSender(5);
    aliases.use(topic(1));
    aliases.revoke(1);
    aliases.revoke(4);
    expect(aliases.use(topic(1))).toEqual({ topicAlias: 1, setsAlias: true });
    expect(aliases.use(topic(1))).toEqual({ topicAlias: 1, setsAlias: false });
  });

  test('allocates nothing for a message once both answers exist', () => {
    const aliases = new TopicAliasSender(1);
    aliases.use(topic(1));
    expect(aliases.use(topic(1))).toBe(aliases.use(topic(1)));
  });

  test('busy topics push out those that are not used any more', () => {
    const aliases = new TopicAliasSender(2);
    aliases.use(topic(1));
    aliases.use(topic(2));
    const answers: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      aliases.use(topic(1));
      const use = aliases.use(topic(3));
      answers.push(use === undefined ? '-' : `${use.topicAlias}${use.setsAlias ? '!' : ''}`);
    }
    expect(answers.slice(-10)).toEqual(Array.from({ length: 10 }, () => '2'));
    expect(answers.filter((answer) => answer.endsWith('!'))).toEqual(['2!']);
    expect(aliases.use(topic(1))).toEqual({ topicAlias: 1, setsAlias: false });
  });

  test('topics that come once take no alias from those in use', () => {
    const aliases = new TopicAliasSender(3);
    for (let index = 0; index < 3; index += 1) {
      aliases.use(topic(index));
    }
    for (let index = 100; index < 1100; index += 1) {
      expect(aliases.use(topic(index))).toBeUndefined();
      expect(aliases.use(topic(index % 3))?.setsAlias).toBe(false);
    }
  });

  test('saves bytes on traffic in which few topics are busy, whatever the order in which they appear', () => {
    const aliases = new TopicAliasSender(4);
    let withoutName = 0;
    for (let message = 0; message < 10_000; message += 1) {
      // Every second message is on one of 4 busy topics, the others go round 1,000 rare ones that come first.
      const name = message % 2 === 0 ? topic(1000 + (message % 2000) / 2) : topic(message % 8);
      withoutName += aliases.use(name)?.setsAlias === false ? 1 : 0;
    }
    expect(withoutName).toBeGreaterThan(4500);
  });

  test('a receiver with the same maximum always understands (property)', { timeout: 60_000 }, () => {
    const messages = fc.array(
      fc.record({ topic: fc.nat(12), sent: fc.integer({ min: 0, max: 9 }).map((n) => n > 0) }),
      {
        maxLength: 400,
        size: 'max',
      },
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), messages, (maximum, script) => {
        const sender = new TopicAliasSender(maximum);
        const receiver = new TopicAliasReceiver(maximum);
        for (const { topic: index, sent } of script) {
          const name = topic(index);
          const use = sender.use(name);
          if (!sent) {
            // The packet turned out to be too large; the peer never sees it.
            if (use?.setsAlias === true) {
              sender.revoke(use.topicAlias);
            }
            continue;
          }
          expect(receiver.resolve(use?.setsAlias === false ? '' : name, use?.topicAlias)).toBe(name);
          expect(sender.size).toBeLessThanOrEqual(maximum);
        }
      }),
    );
  });

  test('the same messages get the same aliases (property)', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4 }),
        fc.array(fc.nat(9), { maxLength: 200, size: 'max' }),
        (maximum, script) => {
          const [one, other] = [new TopicAliasSender(maximum), new TopicAliasSender(maximum)];
          for (const index of script) {
            expect(one.use(topic(index))).toEqual(other.use(topic(index)));
          }
        },
      ),
    );
  });
});
