// Runs the built server on 127.0.0.1 in a profile that no directive of skua-broker asks for: PORT PROFILE [STORE].
import { deriveScramCredentials, scramAuthenticator } from '@skua/auth';
import { createServer } from '@skua/server';
import { LmdbStore } from '@skua/store-lmdb';
import { tcpListener } from '@skua/transport-node';

const [port, profile, directory] = process.argv.slice(2);

/** User `skua` with password `guillemot`. */
const passwordAuthenticator = {
  authenticate: ({ userName, password }) =>
    userName === 'skua' && new TextDecoder().decode(password) === 'guillemot'
      ? { outcome: 'accept' }
      : { outcome: 'reject', reasonCode: 0x86 },
};

const isDenied = (topic) => topic.startsWith('denied/');
const deniedBelowDenied = {
  authorizePublish: (_connection, message) => (isDenied(message.topicName) ? 'deny' : 'allow'),
  authorizeSubscribe: (_connection, request) => (isDenied(request.topicFilter) ? 'deny' : 'allow'),
};

const credentials = await deriveScramCredentials('guillemot', { iterations: 4096 });

const configurations = {
  'retain-unavailable': { broker: { retainAvailable: false } },
  'maximum-qos-0': { broker: { maximumQos: 0 } },
  'maximum-qos-1': { broker: { maximumQos: 1 } },
  'receive-maximum-2': { broker: { receiveMaximum: 2 } },
  'no-shared-subscriptions': { broker: { sharedSubscriptionAvailable: false } },
  'no-wildcard-subscriptions': { broker: { wildcardSubscriptionAvailable: false } },
  'no-subscription-identifiers': { broker: { subscriptionIdentifiersAvailable: false } },
  'no-topic-aliases': { broker: { topicAliasMaximum: 0 } },
  authenticated: { authenticator: passwordAuthenticator },
  restricted: { authenticator: passwordAuthenticator, authorizer: deniedBelowDenied },
  scram: {
    authenticator: scramAuthenticator({ credentials: (userName) => (userName === 'skua' ? credentials : undefined) }),
  },
};

const store = directory === undefined ? {} : { store: await LmdbStore.open({ directory }) };
const server = createServer({ ...configurations[profile], ...store });
await server.listen(tcpListener({ host: '127.0.0.1', port: Number(port) }));
process.once('SIGTERM', () => void server.close());
