import type { JournalEntry } from '@skua/broker';
import { assertSame } from './assert.ts';
import { delivery, expectState, session, type Declare } from './expected-state.ts';
import { opened, queued, sampleMessage } from './sample-entries.ts';

/** Messages, deliveries and their pages. */
export function declareDeliveries(declare: Declare): void {
  declare('a message is stored once and freed with its last delivery', async (store, reopen) => {
    await store.load();
    const message = sampleMessage('m', 'shared by three');
    await store.append([
      opened('a'),
      opened('b'),
      opened('c'),
      { type: 'messageStored', messageId: 1, message },
      queued('a', 2, 1),
      queued('b', 3, 1, {
        qos: 2,
        retain: true,
        subscriptionIdentifiers: [1, 268_435_455],
        sharedSubscription: '$share/g/m',
      }),
      queued('c', 4, 1),
    ]);
    assertSame(store.statistics().messages, 1, 'messages');
    assertSame(store.statistics().deliveries, 3, 'deliveries');
    await store.append([
      { type: 'deliveryFinished', clientIdentifier: 'a', deliveryId: 2 },
      { type: 'deliveryFinished', clientIdentifier: 'a', deliveryId: 2 },
      { type: 'sessionEnded', clientIdentifier: 'c' },
    ]);
    assertSame(store.statistics().messages, 1, 'messages while one delivery is left');
    const again = await reopen();
    await expectState(again, {
      nextIdentifier: 5,
      sessions: [
        session('a'),
        {
          ...session('b'),
          deliveries: [
            delivery(3, 1, {
              message,
              qos: 2,
              retain: true,
              subscriptionIdentifiers: [1, 268_435_455],
              sharedSubscription: '$share/g/m',
            }),
          ],
        },
      ],
    });
    await again.append([{ type: 'deliveryFinished', clientIdentifier: 'b', deliveryId: 3 }]);
    assertSame(again.statistics().messages, 0, 'messages at the end');
    assertSame(again.statistics().deliveries, 0, 'deliveries at the end');
  });

  declare(
    'a message lives to the end of its batch: it may change hands, and goes when nobody takes it',
    async (store) => {
      await store.load();
      await store.append([
        opened('a'),
        opened('b'),
        { type: 'messageStored', messageId: 1, message: sampleMessage('m', 'moves') },
        queued('a', 2, 1),
        { type: 'messageStored', messageId: 3, message: sampleMessage('m', 'unwanted') },
      ]);
      assertSame(store.statistics().messages, 1, 'messages');
      await store.append([{ type: 'sessionEnded', clientIdentifier: 'a' }, queued('b', 4, 1)]);
      assertSame(store.statistics().messages, 1, 'messages after the move');
      const page = await store.readDeliveries('b', { after: 0, deliveriesMax: 10 });
      assertSame(page.deliveries, [delivery(4, 1, { message: sampleMessage('m', 'moves') })], 'deliveries');
    },
  );

  declare('the steps of QoS 2 are kept', async (store, reopen) => {
    await store.load();
    const message = sampleMessage('m', 'twice');
    const ofC = { clientIdentifier: 'c' } as const;
    await store.append([
      opened('c'),
      { type: 'messageStored', messageId: 1, message },
      ...[2, 3, 4].map((deliveryId) => queued('c', deliveryId, 1, { qos: 2 })),
    ]);
    await store.append([
      { type: 'deliverySent', ...ofC, deliveryId: 2, packetIdentifier: 65_535 },
      { type: 'deliverySent', ...ofC, deliveryId: 3, packetIdentifier: 1 },
      { type: 'deliveryReceived', ...ofC, deliveryId: 2 },
    ]);
    await expectState(await reopen(), {
      nextIdentifier: 5,
      sessions: [
        {
          ...session('c'),
          deliveries: [
            delivery(2, 1, { message, qos: 2, step: 'awaitingPubcomp', packetIdentifier: 65_535 }),
            delivery(3, 1, { message, qos: 2, step: 'awaitingPubrec', packetIdentifier: 1 }),
            delivery(4, 1, { message, qos: 2 }),
          ],
        },
      ],
    });
  });

  declare('a queue is read in pages, in order', async (store, reopen) => {
    await store.load();
    const entries: JournalEntry[] = [opened('c'), opened('other')];
    for (let index = 0; index < 25; index += 1) {
      const messageId = 100 + index * 3;
      entries.push({ type: 'messageStored', messageId, message: sampleMessage('m', String(index)) });
      entries.push(queued('c', messageId + 1, messageId), queued('other', messageId + 2, messageId));
    }
    await store.append(entries);
    await store.append([{ type: 'deliveryFinished', clientIdentifier: 'c', deliveryId: 104 }]);
    for (const opening of [store, await reopen()]) {
      if (opening !== store) await opening.load();
      else continue;
      const seen: number[] = [];
      let pages = 0;
      for (let after = 0, hasMore = true; hasMore; pages += 1) {
        const page = await opening.readDeliveries('c', { after, deliveriesMax: 8 });
        seen.push(...page.deliveries.map((one) => one.deliveryId));
        after = seen.at(-1) ?? after;
        hasMore = page.hasMore;
      }
      assertSame(
        seen,
        [...Array(25).keys()].map((index) => 101 + index * 3).filter((id) => id !== 104),
        'deliveries',
      );
      assertSame(pages, 3, 'pages');
    }
    const again = await reopen();
    await again.load();
    const none = { deliveries: [], hasMore: false };
    assertSame(await again.readDeliveries('c', { after: 1000, deliveriesMax: 8 }), none, 'behind the end');
    assertSame(await again.readDeliveries('nobody', { after: 0, deliveriesMax: 8 }), none, 'an unknown session');
  });

  declare('identifiers never come back', async (store, reopen) => {
    await store.load();
    await store.append([
      opened('c'),
      { type: 'messageStored', messageId: 4_294_967_300, message: sampleMessage('m', 'x') },
      queued('c', 4_294_967_299, 4_294_967_300),
    ]);
    await store.append([{ type: 'sessionEnded', clientIdentifier: 'c' }]);
    await expectState(await reopen(), { nextIdentifier: 4_294_967_301, sessions: [] });
  });
}
