import { createServer } from '@skua/server';

/** Devices talk about themselves only, see commands for themselves only, and get nothing confidential. */
export const server = createServer({
  authorizer: {
    authorizePublish(connection, { topicName }) {
      return topicName.startsWith(`devices/${connection.clientIdentifier}/`) ? 'allow' : 'deny';
    },
    // A promise pauses the input of this one client until it is settled.
    async authorizeSubscribe(connection, { topicFilter }) {
      return (await mayRead(connection.clientIdentifier, topicFilter)) ? 'allow' : 'deny';
    },
    // A wildcard may match more than a client should see: this decides message by message.
    authorizeDelivery({ clientIdentifier }, { topicName }) {
      return clientIdentifier === 'auditor' || !topicName.endsWith('/confidential');
    },
  },
});

async function mayRead(clientIdentifier: string, topicFilter: string): Promise<boolean> {
  await Promise.resolve(); // a database, say
  return (
    clientIdentifier === 'auditor' ||
    topicFilter.startsWith(`commands/${clientIdentifier}/`) ||
    topicFilter === 'news/#'
  );
}
