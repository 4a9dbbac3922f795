import type { JournalEntry } from '@skua/broker';
import { assertRejects, assertSame } from './assert.ts';
import { delivery, expectState, session, type Declare, type ExpectedState } from './expected-state.ts';
import { opened, queued, sampleMessage, subscription } from './sample-entries.ts';

/** Order, wholeness and repetition of batches. */
export function declareBatches(declare: Declare): void {
  declare('batches that overlap take effect in the order of the calls and resolve in it', async (store, reopen) => {
    await store.load();
    const resolved: number[] = [];
    const batches = [...Array(50).keys()].map((index) =>
      store
        .append([
          { type: 'retainedSet', message: sampleMessage('counter', String(index)) },
          opened('c', { userName: `user ${index}`, clean: true }),
        ])
        .then(() => resolved.push(index)),
    );
    await Promise.all(batches);
    assertSame(resolved, [...Array(50).keys()], 'order of resolution');
    assertSame(store.statistics().batchesAppended, 50, 'batches');
    assertSame(store.statistics().entriesAppended, 100, 'entries');
    await expectState(await reopen(), {
      retained: [sampleMessage('counter', '49')],
      sessions: [{ ...session('c'), userName: 'user 49' }],
    });
  });

  declare('an empty batch waits for those before it', async (store) => {
    await store.load();
    const order: string[] = [];
    const first = store.append([opened('c')]).then(() => order.push('first'));
    const empty = store.append([]).then(() => order.push('empty'));
    await Promise.all([first, empty]);
    assertSame(order, ['first', 'empty'], 'order');
  });

  declare('a batch that cannot be is refused as a whole, and those after it go on', async (store, reopen) => {
    await store.load();
    const good: JournalEntry = { type: 'retainedSet', message: sampleMessage('must/not/be', 'x') };
    await store.append([opened('c')]);
    const known = new Set(['subscribed', 'packetReceived']);
    for (const entry of [...addTo('nobody'), ...addTo('c').filter((one) => !known.has(one.type))]) {
      await assertRejects(store.append([good, entry, good]), `${entry.type} without what it adds to`);
    }
    await assertRejects(
      store.append([good, { type: 'sessionEnded', clientIdentifier: 'c' }, ...addTo('c').slice(0, 1)]),
      'an entry for a session that ended in the same batch',
    );
    await store.append([opened('d')]);
    await expectState(await reopen(), { sessions: [session('c'), session('d')] });
  });

  declare('a batch that is appended again changes nothing more', async (store, reopen) => {
    await store.load();
    const batch: JournalEntry[] = [
      opened('c'),
      { type: 'subscribed', clientIdentifier: 'c', subscription: subscription('a') },
      opened('d'),
      { type: 'messageStored', messageId: 1, message: sampleMessage('m', 'x') },
      queued('c', 2, 1, { qos: 2 }),
      queued('d', 3, 1),
      { type: 'deliverySent', clientIdentifier: 'c', deliveryId: 2, packetIdentifier: 4 },
      { type: 'deliveryFinished', clientIdentifier: 'd', deliveryId: 3 },
      { type: 'packetReceived', clientIdentifier: 'd', packetIdentifier: 8 },
      { type: 'retainedSet', message: sampleMessage('r', 'x') },
    ];
    await store.append(batch);
    await store.append(batch);
    const message = sampleMessage('m', 'x');
    const expected: ExpectedState = {
      nextIdentifier: 4,
      retained: [sampleMessage('r', 'x')],
      sessions: [
        {
          ...session('c'),
          subscriptions: [subscription('a')],
          deliveries: [delivery(2, 1, { message, qos: 2, step: 'awaitingPubrec', packetIdentifier: 4 })],
        },
        { ...session('d'), awaitingPubrel: [8] },
      ],
    };
    const again = await reopen();
    await expectState(again, expected);
    await again.append([{ type: 'deliveryFinished', clientIdentifier: 'c', deliveryId: 2 }]);
    assertSame(again.statistics().messages, 0, 'messages at the end');
  });

  declare('close waits for what was appended, and ends the store', async (store, reopen) => {
    await store.load();
    const appended = store.append([opened('c')]);
    await Promise.all([store.close(), appended]);
    await store.close();
    await assertRejects(store.append([opened('d')]), 'append after close');
    await assertRejects(store.readDeliveries('c', { after: 0, deliveriesMax: 1, bytesMax: 1 }), 'read after close');
    await expectState(await reopen(), { sessions: [session('c')] });
  });
}

function addTo(clientIdentifier: string): JournalEntry[] {
  return [
    { type: 'subscribed', clientIdentifier, subscription: subscription('a') },
    { type: 'packetReceived', clientIdentifier, packetIdentifier: 1 },
    queued(clientIdentifier, 5, 77),
    { type: 'deliverySent', clientIdentifier, deliveryId: 5, packetIdentifier: 1 },
    { type: 'deliveryReceived', clientIdentifier, deliveryId: 5 },
  ];
}
