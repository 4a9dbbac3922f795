import { describe, expect, it } from 'vitest';

import type { SharedSubscriptionStrategyName } from '../src/index.ts';
import type { ScriptedClient } from '../test-support/scripted-client.ts';
import { World } from '../test-support/world.ts';

/** Members of one shared subscription, and publishers beside them. */
class Group {
  readonly world: World;
  readonly members: ScriptedClient[];
  readonly #publishers = new Map<string, ScriptedClient>();

  constructor(sharedSubscriptionStrategy: SharedSubscriptionStrategyName, ...names: readonly string[]) {
    this.world = new World({ sharedSubscriptionStrategy });
    this.members = names.map((name) => {
      const member = this.world.client(name);
      member.connect();
      member.subscribe('$share/s/#', { qos: 1 });
      return member;
    });
  }

  /** Publishes and says who got the message. It is acknowledged unless the member acknowledges nothing. */
  receiver(topicName: string, publisher = 'publisher'): string {
    let client = this.#publishers.get(publisher);
    if (client === undefined) {
      client = this.world.client(publisher);
      client.connect();
      this.#publishers.set(publisher, client);
    }
    client.deliver(topicName, 'x', { qos: 1 });
    const receivers = this.members.filter((member) => member.link.received.length > 0);
    expect(receivers).toHaveLength(1);
    receivers[0]?.expectMessage('x');
    return receivers[0]?.clientIdentifier ?? '';
  }
}

const TOPICS: readonly string[] = Array.from({ length: 60 }, (_, index) => `sensors/${index}`);

describe('a shared subscription', () => {
  it('goes round', () => {
    const group = new Group('roundRobin', 'a', 'b', 'c');
    expect(Array.from({ length: 6 }, () => group.receiver('t'))).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  });

  it('asks the member with the fewest unacknowledged messages', () => {
    const group = new Group('leastInFlight', 'a', 'b', 'c');
    const [slow] = group.members;
    if (slow === undefined) throw new Error('no member');
    slow.acknowledges = false;
    const receivers = Array.from({ length: 30 }, () => group.receiver('t'));
    expect(receivers.filter((name) => name === 'a')).toHaveLength(1);
    expect(receivers.filter((name) => name === 'b').length).toBeGreaterThan(12);
    expect(receivers.filter((name) => name === 'c').length).toBeGreaterThan(12);
  });

  it('stays with one member until that one is gone', () => {
    const group = new Group('sticky', 'a', 'b', 'c');
    expect(new Set(TOPICS.map((topic) => group.receiver(topic)))).toEqual(new Set(['a']));
    group.members[0]?.disconnect();
    const next = group.receiver('t');
    expect(next).not.toBe('a');
    expect(new Set(TOPICS.map((topic) => group.receiver(topic)))).toEqual(new Set([next]));
  });

  it('gives all messages of a topic to one member, and moves only those of one that leaves', () => {
    const group = new Group('hashByTopic', 'a', 'b', 'c', 'd');
    const before = TOPICS.map((topic) => group.receiver(topic, 'one'));
    expect(new Set(before)).toEqual(new Set(['a', 'b', 'c', 'd']));
    expect(TOPICS.map((topic) => group.receiver(topic, 'two'))).toEqual(before);
    group.members[1]?.disconnect();
    const after = TOPICS.map((topic) => group.receiver(topic));
    expect(after).not.toContain('b');
    after.forEach((name, index) => {
      if (before[index] !== 'b') expect(name).toBe(before[index]);
    });
  });

  it('gives all messages of a publisher to one member', () => {
    const group = new Group('hashByClient', 'a', 'b', 'c', 'd');
    const publishers = Array.from({ length: 40 }, (_, index) => `publisher${index}`);
    const before = publishers.map((publisher) => group.receiver('t', publisher));
    expect(new Set(before)).toEqual(new Set(['a', 'b', 'c', 'd']));
    expect(publishers.map((publisher) => group.receiver('other', publisher))).toEqual(before);
  });
});
