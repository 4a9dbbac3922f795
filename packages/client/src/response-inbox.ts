import { call, type CallOptions } from './call.ts';
import type { Client } from './client.ts';
import { ClosedError, QueueFullError } from './engine/errors.ts';
import type { ReceivedMessage } from './engine/received-message.ts';
import { readEnvelope } from './request-envelope.ts';
import type { Subscription } from './subscriber.ts';

/** One request that waits for its responses. */
export class Exchange {
  readonly responseTopic: string;
  readonly correlationData: Uint8Array;
  readonly #client: Client;
  readonly #forget: () => void;
  #responses: ReceivedMessage[] = [];
  #waiter: { resolve(message: ReceivedMessage): void; reject(error: Error): void } | undefined;

  constructor(client: Client, responseTopic: string, correlationData: Uint8Array, forget: () => void) {
    this.#client = client;
    this.responseTopic = responseTopic;
    this.correlationData = correlationData;
    this.#forget = forget;
  }

  /** The next response. */
  next(options: CallOptions): Promise<ReceivedMessage> {
    return call(
      options,
      this.#client.clock,
      (resolve, reject) => {
        const response = this.#responses.shift();
        if (response === undefined) this.#waiter = { resolve, reject };
        else resolve(response);
      },
      () => (this.#waiter = undefined),
    );
  }

  /** A response came. */
  handle(message: ReceivedMessage): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter !== undefined) waiter.resolve(message);
    else if (this.#responses.length < RESPONSES_MAX) this.#responses.push(message);
  }

  /** No response will come. */
  fail(error: Error): void {
    this.#waiter?.reject(error);
    this.#waiter = undefined;
  }

  /** Nobody waits any longer. */
  end(): void {
    this.#forget();
  }
}

/** The responses to the requests of one client: one subscription for all of them. */
export class ResponseInbox {
  readonly #client: Client;
  readonly #exchanges = new Map<string, Exchange>();
  #subscription: Promise<Subscription> | undefined;
  #responseTopic = '';
  #count = 0;

  constructor(client: Client) {
    this.#client = client;
    client.on('state', ({ status }) => {
      if (status !== 'closed') return;
      for (const exchange of this.#exchanges.values()) exchange.fail(new ClosedError('The client was closed.'));
    });
  }

  /** Subscribes to the response topic if that has not been done. */
  async open(options: CallOptions): Promise<this> {
    if (this.#subscription === undefined) {
      const { responseInformation } = this.#client.limits;
      const suffix = Math.floor(Math.random() * 2 ** 48).toString(36);
      this.#responseTopic = `${responseInformation ?? 'responses'}/${suffix}`;
      this.#subscription = this.#client.subscribe(this.#responseTopic, (message) => this.#handle(message), { qos: 1 });
      // One failure must not be that of every later request.
      this.#subscription.catch(() => (this.#subscription = undefined));
    }
    const subscription = this.#subscription;
    await call<void>(options, this.#client.clock, (resolve, reject) => {
      subscription.then(() => resolve(), reject);
    });
    return this;
  }

  /** Begins a request. @throws QueueFullError when too many wait */
  begin(): Exchange {
    if (this.#exchanges.size >= EXCHANGES_MAX) throw new QueueFullError(`${EXCHANGES_MAX} requests wait already.`);
    this.#count += 1;
    const key = this.#count.toString(36);
    const exchange = new Exchange(this.#client, this.#responseTopic, new TextEncoder().encode(key), () =>
      this.#exchanges.delete(key),
    );
    this.#exchanges.set(key, exchange);
    return exchange;
  }

  #handle(message: ReceivedMessage): void {
    const envelope = message.properties.correlationData === undefined ? readEnvelope(message.payload) : undefined;
    const correlationData = envelope?.correlationData ?? message.properties.correlationData;
    if (correlationData === undefined) return;
    // One that nobody waits for is late, or somebody else's.
    const exchange = this.#exchanges.get(new TextDecoder().decode(correlationData));
    exchange?.handle(envelope === undefined ? message : message.withPayload(envelope.payload));
  }
}

const EXCHANGES_MAX = 65_536;
/** Responses that one request keeps for a caller that does not take them. */
const RESPONSES_MAX = 1000;
