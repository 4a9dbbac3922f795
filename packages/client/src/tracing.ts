import type { MessageProperties, OutgoingMessage } from './engine/outgoing-message.ts';
import type { ReceivedMessage } from './engine/received-message.ts';
import type { UserProperty } from '@skua/codec';

/** Hooks for traces. Without them nothing is called and nothing is paid. */
export interface Tracing {
  /**
   * A message is about to be published. What is returned goes along as User Properties, as `traceparent` (5.0 only), and
   * `end` is called when the message has come to its end.
   */
  publish?(topicName: string, qos: number): PublishTrace | undefined;
  /** Runs a handler of the application, with the sender's context if there is one. */
  handle?(message: ReceivedMessage, run: () => void | Promise<void>): void | Promise<void>;
}

/** The trace of one message that is published. */
export interface PublishTrace {
  readonly userProperties: readonly UserProperty[];
  end(outcome: OutgoingMessage['outcome']): void;
}

/** The properties of a message that is traced. */
export function withTrace(properties: MessageProperties, { userProperties }: PublishTrace): MessageProperties {
  if (userProperties.length === 0) return properties;
  return { ...properties, userProperties: [...(properties.userProperties ?? []), ...userProperties] };
}
