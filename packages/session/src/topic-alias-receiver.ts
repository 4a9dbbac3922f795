import { ProtocolError, ReasonCode } from '@skua/codec';
import type { TopicName } from '@skua/topics';

/**
 * The Topic Aliases that the peer set on this connection (section 3.3.2.3.4). Make a new one for each connection
 * [MQTT-3.3.2-7]. Holds at most `topicAliasMaximum` Topic Names.
 */
export class TopicAliasReceiver {
  readonly #topicAliasMaximum: number;
  #topicNames: Map<number, TopicName> | undefined;

  /** `topicAliasMaximum`: the one that we told the peer, 0 to 65,535; 0 allows none. */
  constructor(topicAliasMaximum: number) {
    this.#topicAliasMaximum = topicAliasMaximum;
  }

  /** How many aliases are set. */
  get size(): number {
    return this.#topicNames?.size ?? 0;
  }

  /**
   * The Topic Name that a PUBLISH with these two fields means; a Topic Name together with an alias sets or replaces the
   * alias. ProtocolError 0x94 for an alias of 0 or above the maximum, 0x82 for one that was never set and for neither
   * name nor alias; nothing has changed then.
   */
  resolve(topicName: TopicName | '', topicAlias: number | undefined): TopicName {
    if (topicAlias === undefined) {
      if (topicName === '') {
        throw new ProtocolError('PUBLISH has neither Topic Name nor Topic Alias', { statement: 'U-3.3.2.1-1' });
      }
      return topicName;
    }
    // Every alias within the maximum is accepted [MQTT-3.3.2-10] [MQTT-3.3.2-12], every other refused [U-3.3.4-3].
    if (topicAlias < 1 || topicAlias > this.#topicAliasMaximum) {
      throw new ProtocolError(`Topic Alias is ${topicAlias}; allowed: 1 to ${this.#topicAliasMaximum}`, {
        reasonCode: ReasonCode.TopicAliasInvalid,
        statement: 'U-3.3.4-3',
      });
    }
    if (topicName !== '') {
      this.#topicNames ??= new Map();
      this.#topicNames.set(topicAlias, topicName);
      return topicName;
    }
    const known = this.#topicNames?.get(topicAlias);
    if (known === undefined) {
      throw new ProtocolError(`Topic Alias ${topicAlias} was not set on this connection`, { statement: 'U-3.3.4-4' });
    }
    return known;
  }
}
