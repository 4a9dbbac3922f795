import {
  createClient,
  type Client,
  type ClientOptions,
  type DialOptions,
  type ReceivedMessage,
  type Subscription,
} from '@skua/client';
import {
  NotOffered,
  type ClientAdapter,
  type ClientEndpoint,
  type ClientEvent,
  type ClientUnderTest,
  type ConnectRequest,
  type DisconnectRequest,
  type PublishRequest,
  type SubscribeRequest,
} from '@skua/conformance';
import { dialTcp } from '@skua/transport-node';

/** `@skua/client`. It reconnects by itself; each `connect` lets it dial once. */
export const SKUA_CLIENT: ClientAdapter = {
  name: 'Skua',
  versions: new Set([4, 5] as const),
  create: (endpoint, report) => new SkuaClient(endpoint, report),
};

class SkuaClient implements ClientUnderTest {
  readonly #endpoint: ClientEndpoint;
  readonly #report: (event: ClientEvent) => void;
  readonly #subscriptions = new Map<string, Subscription>();
  #client: Client | undefined;
  #request: ConnectRequest | undefined;
  #mayDial = false;
  #dial: (() => void) | undefined;

  constructor(endpoint: ClientEndpoint, report: (event: ClientEvent) => void) {
    this.#endpoint = endpoint;
    this.#report = report;
  }

  async connect(request: ConnectRequest): Promise<void> {
    const before = this.#request;
    this.#request = request;
    this.#mayDial = true;
    const old = this.#client;
    const comesBack =
      !request.cleanStart && before?.clientIdentifier === request.clientIdentifier && old?.state.status !== 'closed';
    if (old !== undefined && comesBack) {
      this.#dial?.();
      await old.connected();
      return;
    }
    old?.destroy();
    this.#dial = undefined;
    const client = createClient({ ...this.#options(request), ...this.#surroundings() });
    client.on('state', (state) => {
      if (state.status === 'waiting' || state.status === 'closed') this.#report({ type: 'closed', error: state.cause });
    });
    this.#client = client;
    await client.connected();
  }

  async publish({ topicName, payload, qos, retain, properties }: PublishRequest): Promise<void> {
    const { topicAlias, subscriptionIdentifiers, ...rest } = properties;
    if (subscriptionIdentifiers !== undefined) throw new NotOffered('publish takes no Subscription Identifier');
    const options = { qos, retain, properties: rest, ...(topicAlias === undefined ? {} : { topicAlias }) };
    const receipt = await this.#existing().publish(topicName, payload, options);
    await receipt.acknowledged;
  }

  async subscribe({ subscriptions, subscriptionIdentifier }: SubscribeRequest): Promise<void> {
    const acknowledgeWith = this.#request?.acknowledgeWith;
    const handle = (message: ReceivedMessage): void => {
      const reasonCode = acknowledgeWith?.(message.topicName) ?? 0;
      if (acknowledgeWith !== undefined) message.acknowledge(reasonCode);
      if (reasonCode < 0x80) this.#tell(message);
    };
    const subscription = await this.#existing().subscribe(subscriptions, handle, {
      ...(subscriptionIdentifier === undefined ? {} : { subscriptionIdentifier }),
      acknowledge: acknowledgeWith === undefined ? 'handled' : 'manual',
    });
    this.#subscriptions.set(subscriptions.map(({ topicFilter }) => topicFilter).join(' '), subscription);
  }

  unsubscribe(topicFilters: readonly string[]): Promise<void> {
    const subscription = this.#subscriptions.get(topicFilters.join(' '));
    if (subscription === undefined) throw new NotOffered('only what was subscribed to can be unsubscribed from');
    return subscription.unsubscribe().then(() => undefined);
  }

  async reauthenticate(): Promise<void> {
    await this.#existing().reauthenticate();
  }

  async disconnect({ reasonCode }: DisconnectRequest): Promise<void> {
    await this.#existing().close({ drain: false, reasonCode });
  }

  destroy(): void {
    this.#client?.destroy();
  }

  #existing(): Client {
    if (this.#client === undefined) throw new Error('there is no client yet');
    return this.#client;
  }

  #tell({ topicName, payload, properties }: ReceivedMessage): void {
    this.#report({ type: 'message', topicName, payload, properties });
  }

  #options(request: ConnectRequest): ClientOptions {
    const { protocolVersion, clientIdentifier, cleanStart, keepAlive, userName, password, will } = request;
    const { receiveMaximum, maximumPacketSize, topicAliasMaximum, sessionExpiryInterval = 0 } = request.properties;
    const { userProperties, requestResponseInformation, requestProblemInformation } = request.properties;
    return {
      protocolVersion,
      clientIdentifier,
      cleanStart,
      keepAlive,
      sessionExpiryInterval,
      reconnect: { initialMs: 1, maximumMs: 1, stableMs: 0 },
      automaticTopicAliases: request.topicAliases,
      onMessage: (message) => this.#tell(message),
      ...(userName === undefined ? {} : { userName }),
      ...(password === undefined ? {} : { password }),
      ...(will === undefined ? {} : { will }),
      ...(request.authentication === undefined ? {} : { authentication: authenticationOf(request.authentication) }),
      ...(receiveMaximum === undefined ? {} : { receiveMaximum }),
      ...(maximumPacketSize === undefined ? {} : { maximumPacketSize }),
      ...(topicAliasMaximum === undefined ? {} : { topicAliasMaximum }),
      ...(userProperties === undefined ? {} : { userProperties }),
      ...(requestResponseInformation === undefined ? {} : { requestResponseInformation }),
      ...(requestProblemInformation === undefined ? {} : { requestProblemInformation }),
    };
  }

  #surroundings(): DialOptions & ClientOptions {
    const { address, clock } = this.#endpoint;
    const dial: DialOptions['dial'] = async () => {
      if (!this.#mayDial) {
        await new Promise<void>((resolve) => {
          this.#dial = resolve;
        });
      }
      this.#mayDial = false;
      return address === undefined ? this.#endpoint.dial() : await dialTcp(address);
    };
    return address === undefined ? { dial, clock, schedule: queueMicrotask } : { dial };
  }
}

type Authentication = NonNullable<ConnectRequest['authentication']>;

function authenticationOf(authentication: Authentication): NonNullable<ClientOptions['authentication']> {
  return {
    method: authentication.method,
    start: () => authentication.start(),
    continue: (data) => authentication.continue(data ?? new Uint8Array(0)),
  };
}
