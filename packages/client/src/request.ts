import type { Client } from './client.ts';
import type { PublishOptions } from './client-calls.ts';
import type { Payload } from './client-options.ts';
import { payloadBytes } from './client-options.ts';
import { TimeoutError } from './engine/errors.ts';
import type { MessageProperties } from './engine/outgoing-message.ts';
import type { ReceivedMessage } from './engine/received-message.ts';
import { readEnvelope, writeEnvelope } from './request-envelope.ts';
import { ResponseInbox } from './response-inbox.ts';
import type { SubscribeOptions, Subscription } from './subscriber.ts';

// Request and response (section 4.10). A client has one response topic for all its requests, and tells the answers apart by
// their Correlation Data. Before 5.0 both are in front of the payload: see request-envelope.ts.

/** What `request` takes. */
export interface RequestOptions extends PublishOptions {
  /** Responses to wait for, 1 or more; no limit unless given. */
  readonly responsesMax?: number;
}

/** A response with more than a payload. */
export interface Reply {
  readonly payload: Payload;
  /** That of the request unless given. */
  readonly qos?: 0 | 1 | 2;
  readonly properties?: MessageProperties;
}

/** Answers a request; undefined: no response. */
export type Responder = (
  request: ReceivedMessage,
) => Payload | Reply | undefined | Promise<Payload | Reply | undefined>;

/** Sends a request and gives its responses. */
export async function* request(
  client: Client,
  topicName: string,
  payload: Payload,
  { responsesMax = Infinity, timeout = REQUEST_TIMEOUT_MS, signal, ...options }: RequestOptions,
): AsyncGenerator<ReceivedMessage, void> {
  const inbox = await responseInbox(client).open({ timeout, signal });
  const exchange = inbox.begin();
  try {
    const { responseTopic, correlationData } = exchange;
    if (client.hasProperties) {
      const properties = { ...options.properties, responseTopic, correlationData };
      await client.publish(topicName, payload, { ...options, properties, timeout, signal });
    } else {
      const bytes = writeEnvelope({ responseTopic, correlationData }, payloadBytes(payload));
      await client.publish(topicName, bytes, { ...options, timeout, signal });
    }
    for (let count = 0; count < responsesMax; count += 1) {
      try {
        yield await exchange.next({ timeout, signal });
      } catch (error) {
        // Nobody knows how many answer: after the first the end is no failure.
        if (count > 0 && error instanceof TimeoutError) return;
        throw error;
      }
    }
  } finally {
    exchange.end();
  }
}

/** Answers requests that come by a subscription. */
export function respond(
  client: Client,
  filter: string,
  handler: Responder,
  options: SubscribeOptions,
): Promise<Subscription> {
  return client.subscribe(
    filter,
    async (message) => {
      const { responseTopic, correlationData } = message.properties;
      const envelope = responseTopic === undefined ? readEnvelope(message.payload) : undefined;
      const answer = await handler(envelope === undefined ? message : message.withPayload(envelope.payload));
      if (answer === undefined) return;
      const reply: Reply = typeof answer === 'string' || answer instanceof Uint8Array ? { payload: answer } : answer;
      const { payload, qos = message.qos, properties = {} } = reply;
      if (responseTopic !== undefined) {
        await client.publish(responseTopic, payload, { qos, properties: { ...properties, correlationData } });
      } else if (envelope !== undefined) {
        const bytes = writeEnvelope({ ...envelope, responseTopic: '' }, payloadBytes(payload));
        await client.publish(envelope.responseTopic, bytes, { qos });
      }
    },
    options,
  );
}

function responseInbox(client: Client): ResponseInbox {
  const inbox = INBOXES.get(client) ?? new ResponseInbox(client);
  INBOXES.set(client, inbox);
  return inbox;
}

const INBOXES = new WeakMap<Client, ResponseInbox>();
const REQUEST_TIMEOUT_MS = 30_000;
