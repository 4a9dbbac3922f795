import type { JournalEntry } from '@skua/broker';
import { assertSame } from './assert.ts';
import { delivery, expectState, session, type Declare } from './expected-state.ts';
import { FULL_MESSAGE_FIELDS, opened, queued, sampleMessage, subscription } from './sample-entries.ts';

/** What each entry adds to the state, and what comes back when the store is opened again. */
export function declareStates(declare: Declare): void {
  declare('an empty store loads as an empty state', async (store) => {
    await expectState(store, { nextIdentifier: 1, retained: [], sessions: [] });
    assertSame(store.statistics().sessions, 0, 'sessions');
  });

  declare('sessions keep every field', async (store, reopen) => {
    await store.load();
    const will = {
      message: sampleMessage('last/words', 'gone', FULL_MESSAGE_FIELDS),
      willDelayInterval: 30,
      messageExpiryInterval: 60,
    };
    await store.append([
      opened('plain'),
      opened('', { userName: '', protocolVersion: 4, sessionExpiryInterval: 0xffff_ffff }),
      opened('ä/+#$', { userName: 'user', protocolVersion: 3, will }),
      {
        type: 'sessionDisconnected',
        clientIdentifier: 'ä/+#$',
        disconnectedAt: 1_700_000_000_123,
        sessionExpiryInterval: 7,
        willDueAt: 1_700_000_030_123,
      },
      { type: 'packetReceived', clientIdentifier: 'plain', packetIdentifier: 65_535 },
      { type: 'packetReceived', clientIdentifier: 'plain', packetIdentifier: 1 },
      { type: 'packetReceived', clientIdentifier: 'plain', packetIdentifier: 2 },
      { type: 'packetReleased', clientIdentifier: 'plain', packetIdentifier: 2 },
    ]);
    await expectState(await reopen(), {
      sessions: [
        { ...session(''), userName: '', protocolVersion: 4, sessionExpiryInterval: 0xffff_ffff },
        { ...session('plain'), awaitingPubrel: [65_535, 1] },
        {
          ...session('ä/+#$'),
          userName: 'user',
          protocolVersion: 3,
          sessionExpiryInterval: 7,
          disconnectedAt: 1_700_000_000_123,
          will,
          willDueAt: 1_700_000_030_123,
        },
      ],
    });
  });

  declare('opening again keeps the session, opening clean does not', async (store, reopen) => {
    await store.load();
    const content: JournalEntry[] = ['kept', 'cleaned'].flatMap((clientIdentifier, index) => [
      opened(clientIdentifier),
      { type: 'subscribed', clientIdentifier, subscription: subscription('a/#') },
      { type: 'messageStored', messageId: 10 + index, message: sampleMessage('a/b', 'x') },
      queued(clientIdentifier, 20 + index, 10 + index),
      { type: 'packetReceived', clientIdentifier, packetIdentifier: 9 },
      {
        type: 'sessionDisconnected',
        clientIdentifier,
        disconnectedAt: 5,
        sessionExpiryInterval: 3600,
        willDueAt: undefined,
      },
    ]);
    await store.append(content);
    await store.append([opened('kept', { userName: 'new' }), opened('cleaned', { clean: true, userName: 'new' })]);
    assertSame(store.statistics().messages, 1, 'messages');
    await expectState(await reopen(), {
      nextIdentifier: 22,
      sessions: [
        { ...session('cleaned'), userName: 'new' },
        {
          ...session('kept'),
          userName: 'new',
          subscriptions: [subscription('a/#')],
          deliveries: [delivery(20, 10, { message: sampleMessage('a/b', 'x') })],
          awaitingPubrel: [9],
        },
      ],
    });
  });

  declare('wills go when they are removed, withdrawn, or their session ends', async (store, reopen) => {
    await store.load();
    const will = { message: sampleMessage('w', ''), willDelayInterval: 0, messageExpiryInterval: undefined };
    const ids = ['removed', 'withdrawn', 'waiting', 'ended'];
    await store.append(ids.map((clientIdentifier) => opened(clientIdentifier, { will })));
    const left = { disconnectedAt: 50, sessionExpiryInterval: 3600 };
    await store.append([
      { type: 'willRemoved', clientIdentifier: 'removed' },
      { type: 'sessionDisconnected', clientIdentifier: 'withdrawn', ...left, willDueAt: undefined },
      { type: 'sessionDisconnected', clientIdentifier: 'waiting', ...left, willDueAt: 77 },
      { type: 'sessionEnded', clientIdentifier: 'ended' },
    ]);
    await expectState(await reopen(), {
      sessions: [
        session('removed'),
        { ...session('waiting'), will, disconnectedAt: 50, willDueAt: 77 },
        { ...session('withdrawn'), disconnectedAt: 50 },
      ],
    });
  });

  declare('subscriptions are made, replaced and removed one by one', async (store, reopen) => {
    await store.load();
    const full = subscription('$share/group/a/+', {
      qos: 2,
      noLocal: true,
      retainAsPublished: true,
      retainHandling: 2,
      subscriptionIdentifier: 268_435_455,
    });
    const add = (clientIdentifier: string, record: typeof full): JournalEntry => {
      return { type: 'subscribed', clientIdentifier, subscription: record };
    };
    await store.append([opened('c'), add('c', full), add('c', subscription('a')), add('c', subscription('b'))]);
    await store.append([
      add('c', subscription('a', { qos: 0 })),
      { type: 'unsubscribed', clientIdentifier: 'c', subscriptionFilter: 'b' },
      { type: 'unsubscribed', clientIdentifier: 'c', subscriptionFilter: 'never/there' },
      { type: 'unsubscribed', clientIdentifier: 'nobody', subscriptionFilter: 'a' },
    ]);
    assertSame(store.statistics().subscriptions, 2, 'subscriptions');
    await expectState(await reopen(), {
      sessions: [{ ...session('c'), subscriptions: [full, subscription('a', { qos: 0 })] }],
    });
  });

  declare('retained messages keep every property, the last one wins', async (store, reopen) => {
    await store.load();
    const full = sampleMessage('r/full', 'ÿ\0', FULL_MESSAGE_FIELDS);
    const empty = sampleMessage('', '');
    await store.append([
      { type: 'retainedSet', message: sampleMessage('r/full', 'old') },
      { type: 'retainedSet', message: full },
      { type: 'retainedSet', message: sampleMessage('r/removed', 'x') },
      { type: 'retainedRemoved', topicName: 'r/removed' },
      { type: 'retainedRemoved', topicName: 'r/never' },
      { type: 'retainedSet', message: empty },
    ]);
    assertSame(store.statistics().retained, 2, 'retained');
    await expectState(await reopen(), { retained: [empty, full] });
  });
}
