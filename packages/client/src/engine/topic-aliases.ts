import { TopicAliasSender } from '@skua/session';
import { parseTopicName } from '@skua/topics';
import type { OutgoingMessage } from './outgoing-message.ts';
import type { AliasUse } from './publisher.ts';

/** The Topic Aliases of one connection: those that messages ask for, and the automatic ones. */
export class TopicAliases {
  readonly #topicAliasMaximum: number;
  readonly #sender: TopicAliasSender | undefined;

  /** `topicAliasMaximum`: the server's. `automaticMax`: how many may be set on our own account; 0: none. */
  constructor(topicAliasMaximum: number, automaticMax: number) {
    this.#topicAliasMaximum = topicAliasMaximum;
    const count = Math.min(topicAliasMaximum, automaticMax);
    this.#sender = count > 0 ? new TopicAliasSender(count) : undefined;
  }

  /** How a message that is sent now uses an alias. It must be sent, or {@link revoke} be called. */
  use(message: OutgoingMessage): AliasUse | undefined {
    const { topicAlias, topicName } = message;
    // An alias that the application chose is for one connection; on another the name alone does as well.
    if (topicAlias > 0 && topicAlias <= this.#topicAliasMaximum) return { topicAlias, setsAlias: true };
    return this.#sender?.use(parseTopicName(topicName));
  }

  /** The PUBLISH with this alias is not sent after all. */
  revoke({ topicAlias, setsAlias }: AliasUse): void {
    if (setsAlias) this.#sender?.revoke(topicAlias);
  }
}
