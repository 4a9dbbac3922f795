import { connect, indexedDbStore } from '@skua/client/web';

/** A client of a page: what it publishes at QoS 1 and 2 survives a reload. */
export async function startPage(server: string, show: (text: string) => void): Promise<void> {
  const client = await connect(server, { clientIdentifier: 'page-1', store: indexedDbStore('page-1') });
  client.on('state', ({ status }) => show(status));
  await client.subscribe('news', (message) => show(message.text()));
  await client.publish('visits', '1', { qos: 2 });
}
