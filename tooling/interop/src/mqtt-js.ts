import { connect, type IClientOptions, type IConnackPacket, type IPublishPacket, type MqttClient } from 'mqtt';

/** An MQTT.js client that is connected, with what it received. */
export class MqttJs {
  static readonly #open = new Set<MqttClient>();

  readonly client: MqttClient;
  readonly connack: IConnackPacket;
  readonly #received: IPublishPacket[] = [];
  readonly #waiting = new Set<() => void>();

  private constructor(client: MqttClient, connack: IConnackPacket) {
    this.client = client;
    this.connack = connack;
    client.on('message', (_topic, _payload, packet) => {
      this.#received.push(packet);
      for (const check of this.#waiting) check();
    });
  }

  /** Connects once; fails when the broker refuses or the connection is closed first. */
  static connect(url: string, options: IClientOptions = {}): Promise<MqttJs> {
    const client = connect(url, { reconnectPeriod: 0, connectTimeout: DEADLINE_MS, ...options });
    MqttJs.#open.add(client);
    return new Promise((resolve, reject) => {
      client.once('connect', (connack) => resolve(new MqttJs(client, connack)));
      client.once('error', reject);
      client.once('close', () => reject(new Error(`${url} closed the connection before CONNACK`)));
      // Later errors are what a test is about, or show in what it waits for.
      client.on('error', () => {});
    });
  }

  /** Ends all clients without ceremony: for afterAll. */
  static async endAll(): Promise<void> {
    await Promise.all([...MqttJs.#open].map((client) => client.endAsync(true)));
    MqttJs.#open.clear();
  }

  /** The Reason Code of the next DISCONNECT that the broker sends. */
  disconnectReason(): Promise<number | undefined> {
    return new Promise((resolve) => {
      this.client.once('disconnect', ({ reasonCode }) => resolve(reasonCode));
    });
  }

  /** Resolves when the connection is closed. */
  closed(): Promise<void> {
    return new Promise((resolve) => {
      this.client.once('close', resolve);
    });
  }

  /** Subscribes and gives back the granted QoS. */
  async subscribe(topicFilter: string, qos: 0 | 1 | 2 = 2): Promise<number | undefined> {
    const [granted] = await this.client.subscribeAsync(topicFilter, { qos });
    return granted?.qos;
  }

  /** The first `count` messages as `topic qos retain payload`, as soon as there are as many. */
  async messages(count: number): Promise<readonly string[]> {
    const packets = await this.packets(count);
    return packets.map(({ topic, qos, retain, payload }) => `${topic} ${qos} ${retain ? 1 : 0} ${payload.toString()}`);
  }

  /** The first `count` messages as MQTT.js has them. */
  packets(count: number): Promise<readonly IPublishPacket[]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`${this.#received.length} of ${count} messages arrived within ${DEADLINE_MS} ms`));
      }, DEADLINE_MS);
      const check = (): void => {
        if (this.#received.length < count) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(this.#received.slice(0, count));
      };
      this.#waiting.add(check);
      check();
    });
  }
}

/** Long enough for a loaded machine; passes only when something is broken. */
const DEADLINE_MS = 20_000;
