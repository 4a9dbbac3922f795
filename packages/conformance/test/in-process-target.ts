import { deriveScramCredentials, scramAuthenticator, type ScramCredentials } from '@skua/auth';
import {
  Broker,
  type Authenticator,
  type Authorizer,
  type BrokerOptions,
  type BrokerPorts,
  type Link,
} from '@skua/broker';
import { createTransportPair, pump, type MemoryTransport, type Transport } from '@skua/transport';
import { StateJournal } from './state-journal.ts';
import { PROFILES, type ProfileName, type Target, type TargetFactory } from '../src/index.ts';
import { VirtualClock } from './virtual-clock.ts';

/** The user that the profiles `authenticated` and `restricted` know. */
const PASSWORD_AUTHENTICATOR: Authenticator = {
  authenticate: (request) =>
    request.userName === 'skua' && new TextDecoder().decode(request.password) === 'guillemot'
      ? { outcome: 'accept' }
      : { outcome: 'reject', reasonCode: 0x86 },
};

const DENIED_BELOW_DENIED: Authorizer = {
  authorizePublish: (_connection, message) => (message.topicName.startsWith('denied/') ? 'deny' : 'allow'),
  authorizeSubscribe: (_connection, request) => (request.topicFilter.startsWith('denied/') ? 'deny' : 'allow'),
};

/** Our own core in this process, under virtual time. */
export const IN_PROCESS: TargetFactory = {
  name: 'Skua (in process)',
  get profiles() {
    return new Set(Object.keys(CONFIGURATIONS).filter((name): name is ProfileName => name in PROFILES));
  },
  start: (profile) => startInProcess(profile, false),
};

/** The same with a store: what depends on it waits, and queues are read back from it, a few messages at a time. */
export const IN_PROCESS_WITH_STORE: TargetFactory = {
  name: 'Skua (in process, with a store)',
  get profiles() {
    return IN_PROCESS.profiles;
  },
  start: (profile) => startInProcess(profile, true),
};

async function startInProcess(profile: ProfileName, withStore: boolean): Promise<Target> {
  const { options, ports } = CONFIGURATIONS[profile] ?? {};
  const credentials = profile === 'scram' ? await deriveScramCredentials('guillemot', { iterations: 4096 }) : undefined;
  const journal = withStore ? new StateJournal() : undefined;
  const broker = new Broker(
    { ...options, ...(withStore ? { queuedInMemoryMessagesMax: 2 } : {}) },
    { ...(credentials === undefined ? ports : scramPorts(credentials)), journal, queueReader: journal },
  );
  const transports: MemoryTransport[] = [];
  const clock = new VirtualClock({
    settle: () => {
      for (let index = transports.length - 1; index >= 0; index -= 1) {
        if (transports[index]?.closed) transports.splice(index, 1);
      }
      do pump(transports);
      while (journal?.catchUp(broker, clock.now()) === true);
    },
    nextTimeout: () => broker.nextTimeout(),
    handleTimeout: (now) => broker.handleTimeout(now),
  });
  return {
    name: withStore ? 'Skua (in process, with a store)' : 'Skua (in process)',
    clock,
    dial: () => {
      const [near, far] = createTransportPair();
      transports.push(near, far);
      serve(broker, far, () => clock.now());
      return Promise.resolve(near);
    },
    close: () => Promise.resolve(),
  };
}

function scramPorts(credentials: ScramCredentials): BrokerPorts {
  return {
    authenticator: scramAuthenticator({ credentials: (userName) => (userName === 'skua' ? credentials : undefined) }),
  };
}

/** Joins a transport to the broker: what a driver does, without slabs. */
function serve(broker: Broker, transport: Transport, now: () => number): void {
  const link: Link = {
    // The head is the broker's own buffer and is written again later, so it is copied.
    write: (head, payload) => {
      transport.write(head.slice());
      return payload === undefined ? true : transport.write(payload);
    },
    close: () => transport.end(),
    destroy: () => transport.destroy(),
    pause: () => transport.pause(),
    resume: () => transport.resume(),
  };
  const connection = broker.handleConnectionOpened(
    link,
    { remoteAddress: 'memory', listener: 'memory', anonymousAllowed: true },
    now(),
  );
  transport.open({
    onData: (chunk) => {
      // Lent, as by a transport that reads into the same memory again.
      const lent = new Uint8Array(chunk);
      broker.handleBytes(connection, lent, now());
      lent.fill(0xdb);
    },
    onWritable: () => broker.handleWritable(connection, now()),
    onEnd: () => transport.end(),
    onClose: () => broker.handleConnectionClosed(connection, now()),
  });
}

/** What the core is configured to for each profile. */
const CONFIGURATIONS: Readonly<
  Partial<Record<ProfileName, { readonly options?: Partial<BrokerOptions>; readonly ports?: BrokerPorts }>>
> = {
  default: {},
  'retain-unavailable': { options: { retainAvailable: false } },
  'maximum-qos-0': { options: { maximumQos: 0 } },
  'maximum-qos-1': { options: { maximumQos: 1 } },
  'receive-maximum-2': { options: { receiveMaximum: 2 } },
  'small-maximum-packet-size': { options: { maximumPacketSize: 256 } },
  'server-keep-alive': { options: { maximumKeepAlive: 2 } },
  'no-shared-subscriptions': { options: { sharedSubscriptionAvailable: false } },
  'no-wildcard-subscriptions': { options: { wildcardSubscriptionAvailable: false } },
  'no-subscription-identifiers': { options: { subscriptionIdentifiersAvailable: false } },
  'no-topic-aliases': { options: { topicAliasMaximum: 0 } },
  authenticated: { ports: { authenticator: PASSWORD_AUTHENTICATOR } },
  restricted: { ports: { authenticator: PASSWORD_AUTHENTICATOR, authorizer: DENIED_BELOW_DENIED } },
  scram: {},
};
