import type { Client } from './client.ts';
import type { ReceivedMessage } from './engine/received-message.ts';
import type { SubscribeOptions, Subscription } from './subscriber.ts';
import { TopicTemplate, type TopicParameters } from './topic-template.ts';

/** Handles a message together with what its Topic Name says. */
export type RouteHandler<T extends string> = (
  message: ReceivedMessage,
  parameters: TopicParameters<T>,
) => void | Promise<void>;

/** Subscriptions by template. */
export interface Router {
  /**
   * Subscribes to a template, as `devices/{id}/state`, and calls the handler with every message and its parameters.
   * As `Client.subscribe` otherwise.
   */
  on<const T extends string>(
    template: T,
    handler: RouteHandler<T>,
    options?: SubscribeOptions & { readonly shareName?: string },
  ): Promise<Subscription>;
}

/** Makes a router for a client. */
export function createRouter(client: Client): Router {
  return {
    on: (template, handler, { shareName, ...options } = {}) => {
      const parsed = new TopicTemplate(template);
      const { topicFilter } = parsed;
      return client.subscribe(
        shareName === undefined ? topicFilter : `$share/${shareName}/${topicFilter}`,
        (message) => {
          const parameters = parsed.parameters(message.topicName);
          // A server may send a message for an overlapping subscription.
          return parameters === undefined ? undefined : handler(message, parameters);
        },
        options,
      );
    },
  };
}
