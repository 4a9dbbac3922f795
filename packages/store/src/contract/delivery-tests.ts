import type { JournalEntry } from '@skua/broker';
import { assertSame } from './assert.ts';
import { delivery, expectState, session, type Declare } from './expected-state.ts';
import { opened, queued, sampleMessage, subscription } from './sample-entries.ts';

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
      const page = await store.readDeliveries('b', { after: 0, deliveriesMax: 10, bytesMax: 1000 });
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
        const page = await opening.readDeliveries('c', { after, deliveriesMax: 8, bytesMax: 1000 });
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
    assertSame(
      await again.readDeliveries('c', { after: 1000, deliveriesMax: 8, bytesMax: 1000 }),
      none,
      'behind the end',
    );
    assertSame(
      await again.readDeliveries('nobody', { after: 0, deliveriesMax: 8, bytesMax: 1000 }),
      none,
      'an unknown session',
    );
  });

  declare('a page ends where its bytes end, but always has a delivery', async (store) => {
    await store.load();
    const entries: JournalEntry[] = [opened('c')];
    for (const [index, text] of ['1234', '1234', '1234567890', '', ''].entries()) {
      entries.push({ type: 'messageStored', messageId: 10 + index, message: sampleMessage('t', text) });
      entries.push(queued('c', 20 + index, 10 + index));
    }
    await store.append(entries);
    const pages: (readonly number[] | boolean)[] = [];
    for (let after = 0, hasMore = true; hasMore;) {
      const page = await store.readDeliveries('c', { after, deliveriesMax: 100, bytesMax: 10 });
      pages.push(page.deliveries.map(({ deliveryId }) => deliveryId));
      after = page.deliveries.at(-1)?.deliveryId ?? after;
      hasMore = page.hasMore && pages.length < 10;
    }
    assertSame(pages, [[20, 21], [22], [23, 24]], 'pages');
    const [first] = (await store.readDeliveries('c', { after: 0, deliveriesMax: 100, bytesMax: 0 })).deliveries;
    assertSame(first?.deliveryId, 20, 'delivery of a page without room');
  });

  declare('a page sees what was appended before, durable or not, and leaves out what is in flight', async (store) => {
    await store.load();
    const ofC = { clientIdentifier: 'c' } as const;
    const appended = store.append([
      opened('c'),
      { type: 'messageStored', messageId: 1, message: sampleMessage('m', 'x') },
      ...[2, 3, 4, 5].map((deliveryId) => queued('c', deliveryId, 1, { qos: 2 })),
    ]);
    const all = store.readDeliveries('c', { after: 0, deliveriesMax: 8, bytesMax: 1000 });
    const changed = store.append([
      { type: 'deliverySent', ...ofC, deliveryId: 2, packetIdentifier: 9 },
      { type: 'deliveryFinished', ...ofC, deliveryId: 4 },
    ]);
    const left = store.readDeliveries('c', { after: 0, deliveriesMax: 8, bytesMax: 1000 });
    await Promise.all([appended, changed]);
    const seen = (await all).deliveries.map(({ deliveryId }) => deliveryId).join(' ');
    assertSame(['2 3 4 5', '3 5'].includes(seen), true, `the first page, ${seen},`);
    assertSame(
      (await left).deliveries.map(({ deliveryId }) => deliveryId),
      [3, 5],
      'the second page',
    );
  });

  declare('the queue of a session that ends can be set aside', async (store, reopen) => {
    await store.load();
    const message = sampleMessage('m', 'shared', { expiresAt: 5000 });
    const aside = { setAsideAs: '\0aside 1', disconnectedAt: 77 } as const;
    const shared = { sharedSubscription: '$share/g/m' } as const;
    await store.append([
      opened('c', { userName: 'user', protocolVersion: 4 }),
      { type: 'subscribed', clientIdentifier: 'c', subscription: subscription('$share/g/m') },
      { type: 'messageStored', messageId: 1, message },
      queued('c', 2, 1, shared),
      queued('c', 3, 1, { qos: 2 }),
      queued('c', 4, 1, shared),
      queued('c', 5, 1),
      { type: 'deliverySent', clientIdentifier: 'c', deliveryId: 3, packetIdentifier: 9 },
    ]);
    const batch: JournalEntry[] = [
      { type: 'queueSetAside', clientIdentifier: 'c', after: 2, ...aside },
      { type: 'sessionEnded', clientIdentifier: 'c' },
    ];
    await store.append(batch);
    await store.append(batch);
    await store.append([{ type: 'queueSetAside', clientIdentifier: 'nobody', after: 0, ...aside, setAsideAs: '\0no' }]);
    const again = await reopen();
    await expectState(again, {
      sessions: [
        {
          ...session(aside.setAsideAs),
          sessionExpiryInterval: 0,
          disconnectedAt: 77,
          deliveries: [delivery(4, 1, { message, ...shared }), delivery(5, 1, { message })],
        },
      ],
    });
    assertSame(again.statistics().deliveries, 2, 'deliveries');
    await again.append([{ type: 'sessionEnded', clientIdentifier: aside.setAsideAs }]);
    assertSame(again.statistics().messages, 0, 'messages at the end');
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
