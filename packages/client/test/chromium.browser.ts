import { expect, inject, test } from 'vitest';
import { connect, indexedDbStore } from '../src/web/index.ts';

const isBrowser = 'document' in globalThis;
const name = isBrowser ? 'in Chromium' : 'in Chromium, skipped: it is not installed';

test.skipIf(!isBrowser)(`QoS 2 over WebSocket survives the loss of the page, ${name}`, async () => {
  const url = inject('serverUrl');
  const witness = await connect(url, { clientIdentifier: 'witness' });
  const heard: string[] = [];
  await witness.subscribe('page', (message) => void heard.push(message.text()), { qos: 2 });
  const sent = Array.from({ length: 60 }, (_, index) => String(index));
  // Three pages, of which two are gone in the middle: nothing but the database knows what they have published.
  for (let page = 0; page < 3; page += 1) {
    const client = await connect(url, { clientIdentifier: 'page', store: indexedDbStore('page') });
    const texts = sent.slice(page * 20, page * 20 + 20);
    const receipts = await Promise.all(texts.map((text) => client.publish('page', text, { qos: 2 })));
    if (page < 2) {
      for (const { acknowledged } of receipts) acknowledged.catch(() => {});
      client.destroy();
    } else {
      await Promise.all(receipts.map(({ acknowledged }) => acknowledged));
      await client.close();
    }
  }
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(sent.length);
  expect(heard).toEqual(sent);
  await witness.close();
});
