import { ProtocolVersion, PublishTemplate } from '@skua/codec';
import { parseTopicName } from '@skua/topics';

import type { Message, PublishRequest } from './message.ts';

/**
 * Makes the message that the embedder wants to publish. Throws TopicError, or RangeError or EncodeError for the other
 * fields: here, and not when it is on its way to the first subscriber.
 */
export function messageFromRequest(request: PublishRequest, now: number): Message {
  const { topicName, payload, qos = 0, retain = false, messageExpiryInterval, ...properties } = request;
  if (qos !== 0 && qos !== 1 && qos !== 2) throw new RangeError(`qos is ${String(qos)}; allowed: 0, 1, 2`);
  if (
    messageExpiryInterval !== undefined &&
    !(Number.isInteger(messageExpiryInterval) && messageExpiryInterval >= 0 && messageExpiryInterval <= 0xffffffff)
  ) {
    throw new RangeError(`messageExpiryInterval is ${messageExpiryInterval}; allowed: 0 to 4,294,967,295`);
  }
  if (properties.responseTopic !== undefined) parseTopicName(properties.responseTopic); // [MQTT-3.3.2-14]
  const message: Message = {
    topicName: parseTopicName(topicName),
    payload: payload ?? new Uint8Array(0),
    qos,
    retain,
    properties,
    publisher: '',
    receivedAt: now,
    expiresAt: messageExpiryInterval === undefined ? undefined : now + messageExpiryInterval * 1000,
  };
  void new PublishTemplate(message, ProtocolVersion.v5_0, qos, retain); // throws what the encoder would throw
  return message;
}
