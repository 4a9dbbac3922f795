import { createRequire } from 'node:module';
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
import { connect, type IClientOptions, type ISubscriptionMap, type MqttClient } from 'mqtt';

const { version }: { readonly version: string } = createRequire(import.meta.url)('mqtt/package.json');

/** MQTT.js as its users have it, with one change: it comes back after a loss when it is told to, not after a time. */
export const MQTT_JS: ClientAdapter = {
  name: `MQTT.js ${version}`,
  versions: new Set([4, 5] as const),
  create: (endpoint, report) => new MqttJsClient(endpoint, report),
};

class MqttJsClient implements ClientUnderTest {
  readonly #endpoint: ClientEndpoint;
  readonly #report: (event: ClientEvent) => void;
  #client: MqttClient | undefined;
  #request: ConnectRequest | undefined;

  constructor(endpoint: ClientEndpoint, report: (event: ClientEvent) => void) {
    this.#endpoint = endpoint;
    this.#report = report;
  }

  connect(request: ConnectRequest): Promise<void> {
    const before = this.#request;
    this.#request = request;
    const old = this.#client;
    if (old !== undefined && !request.cleanStart && before?.clientIdentifier === request.clientIdentifier) {
      return comeBack(old);
    }
    old?.end(true);
    const { host = '', port = 0 } = this.#endpoint.address ?? {};
    const client = connect({ host, port, ...optionsOf(request) });
    let error: unknown;
    client.on('error', (problem) => {
      error = problem;
    });
    client.on('message', (topicName, payload) => this.#report({ type: 'message', topicName, payload, properties: {} }));
    client.on('close', () => {
      this.#report({ type: 'closed', error });
      error = undefined;
    });
    const { authentication } = request;
    if (authentication !== undefined) {
      client.handleAuth = (packet, callback) => {
        if (packet.reasonCode !== 0x18) return callback();
        try {
          const data = authentication.continue(packet.properties?.authenticationData ?? Buffer.alloc(0));
          const properties = {
            authenticationMethod: authentication.method,
            authenticationData: Buffer.from(data),
          };
          return callback(undefined, { cmd: 'auth', reasonCode: 0x18, properties });
        } catch (problem) {
          return callback(problem instanceof Error ? problem : new Error(String(problem)));
        }
      };
    }
    this.#client = client;
    return untilConnected(client);
  }

  async publish({ topicName, payload, qos, retain, properties }: PublishRequest): Promise<void> {
    const { payloadFormatIndicator, correlationData, userProperties, subscriptionIdentifiers, ...rest } = properties;
    await this.#existing().publishAsync(topicName, Buffer.from(payload), {
      qos,
      retain,
      properties: {
        ...defined(rest),
        ...(payloadFormatIndicator === undefined ? {} : { payloadFormatIndicator: payloadFormatIndicator === 1 }),
        ...(correlationData === undefined ? {} : { correlationData: Buffer.from(correlationData) }),
        ...(userProperties === undefined ? {} : { userProperties: record(userProperties) }),
        ...(subscriptionIdentifiers === undefined ? {} : { subscriptionIdentifier: [...subscriptionIdentifiers] }),
      },
    });
  }

  async subscribe({ subscriptions, subscriptionIdentifier }: SubscribeRequest): Promise<void> {
    const map: ISubscriptionMap = Object.fromEntries(
      subscriptions.map(({ topicFilter, qos, noLocal, retainAsPublished, retainHandling }) => [
        topicFilter,
        { qos, nl: noLocal, rap: retainAsPublished, rh: retainHandling },
      ]),
    );
    const properties = subscriptionIdentifier === undefined ? undefined : { properties: { subscriptionIdentifier } };
    await this.#existing().subscribeAsync(map, properties);
  }

  async unsubscribe(topicFilters: readonly string[]): Promise<void> {
    await this.#existing().unsubscribeAsync([...topicFilters]);
  }

  async disconnect({ reasonCode }: DisconnectRequest): Promise<void> {
    await this.#existing().endAsync(false, this.#request?.protocolVersion === 5 ? { reasonCode } : {});
  }

  destroy(): void {
    this.#client?.end(true);
  }

  #existing(): MqttClient {
    if (this.#client === undefined) throw new Error('there is no client yet');
    return this.#client;
  }
}

/** Does what the timer of the library does, as soon as it knows that the connection is lost. */
async function comeBack(client: MqttClient): Promise<void> {
  if (client.connected) {
    await new Promise<void>((resolve) => {
      client.once('close', () => resolve());
    });
  }
  const connected = untilConnected(client);
  client['_reconnect']();
  await connected;
}

function untilConnected(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('the connection was closed before CONNACK')));
  });
}

function optionsOf(request: ConnectRequest): IClientOptions {
  const { protocolVersion, clientIdentifier, cleanStart, keepAlive, userName, password, will, topicAliases } = request;
  const { authentication, acknowledgeWith } = request;
  const { userProperties, authenticationMethod: _method, authenticationData: _data, ...rest } = request.properties;
  if (protocolVersion === 3) throw new NotOffered('3.1 is not tested');
  return {
    protocolVersion,
    clientId: clientIdentifier,
    clean: cleanStart,
    keepalive: keepAlive,
    reconnectPeriod: NEVER_MS,
    connectTimeout: 5000,
    autoUseTopicAlias: topicAliases,
    autoAssignTopicAlias: topicAliases,
    ...(userName === undefined ? {} : { username: userName }),
    ...(password === undefined ? {} : { password: Buffer.from(password) }),
    ...(will === undefined ? {} : { will: willOf(will) }),
    ...(acknowledgeWith === undefined
      ? {}
      : { customHandleAcks: (topic, _message, _packet, done) => done(acknowledgeWith(topic)) }),
    ...(protocolVersion === 5
      ? {
          properties: {
            ...defined(rest),
            ...(userProperties === undefined ? {} : { userProperties: record(userProperties) }),
            ...(authentication === undefined
              ? {}
              : {
                  authenticationMethod: authentication.method,
                  authenticationData: Buffer.from(authentication.start()),
                }),
          },
        }
      : {}),
  };
}

function willOf(will: NonNullable<ConnectRequest['will']>): NonNullable<IClientOptions['will']> {
  const { topicName, payload, qos, retain, properties } = will;
  const { payloadFormatIndicator, correlationData, userProperties, ...rest } = properties;
  return {
    topic: topicName,
    payload: Buffer.from(payload),
    qos,
    retain,
    properties: {
      ...defined(rest),
      ...(payloadFormatIndicator === undefined ? {} : { payloadFormatIndicator: payloadFormatIndicator === 1 }),
      ...(correlationData === undefined ? {} : { correlationData: Buffer.from(correlationData) }),
      ...(userProperties === undefined ? {} : { userProperties: record(userProperties) }),
    },
  };
}

/** MQTT.js takes User Properties as an object. */
function record(pairs: readonly (readonly [string, string])[]): Record<string, string | string[]> {
  const all: Record<string, string[]> = {};
  for (const [name, value] of pairs) (all[name] ??= []).push(value);
  return all;
}

/** Without the fields that are undefined. */
function defined<T extends object>(fields: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  // eslint-disable-next-line typescript/no-unsafe-type-assertion -- what was undefined is gone
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}

/** The longest time that a timer takes. */
const NEVER_MS = 0x7fffffff;
