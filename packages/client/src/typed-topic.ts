import type { Client } from './client.ts';
import type { PublishOptions } from './client-calls.ts';
import { ClientError } from './engine/errors.ts';
import type { ReceivedMessage } from './engine/received-message.ts';
import { jsonCodec, type PayloadCodec } from './payload-codec.ts';
import type { Receipt } from './receipt.ts';
import type { RequestOptions } from './request.ts';
import { issuesText, type StandardSchema } from './standard-schema.ts';
import type { SubscribeOptions, Subscription } from './subscriber.ts';
import { TopicTemplate, type TopicParameters } from './topic-template.ts';

/** A payload that is not what its topic promises. */
export class PayloadError extends ClientError {
  override name = 'PayloadError';
}

/** A message whose payload was decoded and validated. */
export interface TypedMessage<T extends string, V> {
  readonly value: V;
  readonly parameters: TopicParameters<T>;
  readonly message: ReceivedMessage;
}

/** What a topic promises about its payloads. */
export interface TopicContract<Input, Output> {
  /** Validates what is published and what is received; nothing is validated without one. */
  readonly schema?: StandardSchema<Input, Output>;
  /** JSON unless given. */
  readonly codec?: PayloadCodec<Input>;
}

/** What typed subscriptions take. */
export interface TypedSubscribeOptions extends SubscribeOptions {
  /** Told of messages that are not what the topic promises; without it they are `handlerFailed` events. */
  readonly onInvalid?: (error: PayloadError, message: ReceivedMessage) => void;
}

/** A topic with a type: its parameters by the template, its payloads by the contract. */
export class TypedTopic<T extends string, Input, Output = Input> {
  readonly template: TopicTemplate<T>;
  readonly #codec: PayloadCodec<Input> | PayloadCodec<unknown>;
  readonly #schema: StandardSchema<Input, Output> | undefined;

  /** {@link topic} is the function to use. */
  constructor(template: T, { codec, schema }: TopicContract<Input, Output>) {
    this.template = new TopicTemplate(template);
    this.#codec = codec ?? jsonCodec;
    this.#schema = schema;
  }

  /** Publishes a value. Rejected with PayloadError when the schema does not take it; as `Client.publish` otherwise. */
  async publish(
    client: Client,
    parameters: TopicParameters<T>,
    value: Input,
    options: PublishOptions = {},
  ): Promise<Receipt> {
    const topicName = this.template.topicName(parameters);
    return await client.publish(topicName, await this.#encode(value), this.#withContentType(options));
  }

  /** Subscribes, and calls the handler with every value. As `Client.subscribe` otherwise. */
  subscribe(
    client: Client,
    handler: (message: TypedMessage<T, Output>) => void | Promise<void>,
    { onInvalid, ...options }: TypedSubscribeOptions = {},
  ): Promise<Subscription> {
    return client.subscribe(
      this.template.topicFilter,
      async (message) => {
        const parameters = this.template.parameters(message.topicName);
        if (parameters === undefined) return;
        let value: Output;
        try {
          value = await this.decode(message);
        } catch (error) {
          if (onInvalid === undefined || !(error instanceof PayloadError)) throw error;
          onInvalid(error, message);
          return;
        }
        await handler({ value, parameters, message });
      },
      options,
    );
  }

  /** Sends a request with a value; the response is what another topic's contract, or this one's, makes of it. */
  async request<Response>(
    client: Client,
    parameters: TopicParameters<T>,
    value: Input,
    response: { decode(message: ReceivedMessage): Promise<Response> },
    options: RequestOptions = {},
  ): Promise<Response> {
    const topicName = this.template.topicName(parameters);
    const answer = await client.request(topicName, await this.#encode(value), {
      ...options,
      ...this.#withContentType(options),
    });
    return await response.decode(answer);
  }

  /** The value in a message. Rejected with PayloadError when it is not what the topic promises. */
  async decode({ payload, topicName }: ReceivedMessage): Promise<Output> {
    let value: unknown;
    try {
      value = this.#codec.decode(payload);
    } catch (cause) {
      throw new PayloadError(`The payload on ${topicName} cannot be decoded.`, { cause });
    }
    return await this.#validate(value, `The payload on ${topicName} is not valid`);
  }

  async #encode(value: Input): Promise<Uint8Array> {
    await this.#validate(value, `The payload for ${this.template.template} is not valid`);
    return this.#codec.encode(value);
  }

  async #validate(value: unknown, problem: string): Promise<Output> {
    // Without a schema the codec alone says what the type is.
    if (this.#schema === undefined) return value as Output; // oxlint-disable-line typescript/no-unsafe-type-assertion
    const result = await this.#schema['~standard'].validate(value);
    if (result.issues !== undefined) throw new PayloadError(`${problem}: ${issuesText(result.issues)}`);
    return result.value;
  }

  #withContentType(options: PublishOptions): PublishOptions {
    const { contentType, isText } = this.#codec;
    return {
      ...options,
      properties: { contentType, payloadFormatIndicator: isText === true ? 1 : undefined, ...options.properties },
    };
  }
}

/**
 * Makes a typed topic: a template with parameters in braces, and a contract of schema and codec.
 *
 * @throws TypeError when the template is none
 */
export function topic<const T extends string, Input = unknown, Output = Input>(
  template: T,
  contract: TopicContract<Input, Output> = {},
): TypedTopic<T, Input, Output> {
  return new TypedTopic(template, contract);
}
