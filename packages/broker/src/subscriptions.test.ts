import { parseTopicName } from '@skua/topics';
import { describe, expect, it } from 'vitest';

import { Core } from './core.ts';
import { resolveBrokerOptions } from './options.ts';
import { Session } from './session.ts';
import type { SubscriptionRecord } from './snapshot.ts';

function record(subscriptionFilter: string, fields: Partial<SubscriptionRecord> = {}): SubscriptionRecord {
  return {
    subscriptionFilter,
    qos: 0,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0,
    subscriptionIdentifier: undefined,
    ...fields,
  };
}

describe('Subscriptions', () => {
  it("is empty again when all subscriptions are gone, shared ones and the embedder's among them", () => {
    const core = new Core(resolveBrokerOptions(), {});
    const { subscriptions } = core;
    const alice = new Session(core, 'alice', 5);
    const bob = new Session(core, 'bob', 5);
    const filters = ['a', 'a/+', '#', '$share/g/a', '$share/g/a/+', '$share/h/a'];
    for (const session of [alice, bob]) for (const filter of filters) subscriptions.add(session, record(filter));
    for (const filter of filters) subscriptions.add(alice, record(filter, { qos: 2 }));
    expect(core.counters).toMatchObject({ subscriptionsNow: 12, sharedSubscriptionsNow: 6 });
    expect(subscriptions.isEmpty).toBe(false);
    for (const session of [alice, bob]) {
      for (const filter of filters) {
        expect(subscriptions.remove(session, filter)).toBe(true);
        expect(subscriptions.remove(session, filter)).toBe(false);
      }
    }
    expect(core.counters).toMatchObject({ subscriptionsNow: 0, sharedSubscriptionsNow: 0 });
    expect(subscriptions.isEmpty).toBe(true);
  });

  it('adds up what overlaps: the highest QoS, any Retain As Published, all identifiers [MQTT-3.3.4-2] [MQTT-3.3.4-4]', () => {
    const core = new Core(resolveBrokerOptions(), {});
    const alice = new Session(core, 'alice', 5);
    core.subscriptions.add(alice, record('a/#', { qos: 2, subscriptionIdentifier: 1, noLocal: true }));
    core.subscriptions.add(alice, record('a/+', { qos: 1, subscriptionIdentifier: 2, retainAsPublished: true }));
    core.subscriptions.add(alice, record('b', { subscriptionIdentifier: 3 }));
    const [target] = core.subscriptions.route(parseTopicName('a/b')).targets;
    expect(target?.terms).toMatchObject({ qos: 2, retainAsPublished: true });
    expect(target?.terms.identifiers).toHaveLength(2);
    expect(target?.ownTerms).toEqual({ qos: 1, retainAsPublished: true, identifiers: [2] }); // [MQTT-3.8.3-3]
  });

  it('remembers who receives a topic until a subscription changes that', () => {
    const core = new Core(resolveBrokerOptions(), {});
    const alice = new Session(core, 'alice', 5);
    const topicName = parseTopicName('a/b');
    core.subscriptions.add(alice, record('a/#'));
    core.subscriptions.route(topicName); // a topic is remembered when it comes again
    const before = core.subscriptions.route(topicName);
    core.subscriptions.add(alice, record('other/#'));
    expect(core.subscriptions.route(topicName)).toBe(before);
    core.subscriptions.add(alice, record('+/b'));
    expect(core.subscriptions.route(topicName)).not.toBe(before);
  });
});
