import { ProtocolVersion, PublishTemplate } from '@skua/codec';
import { parseTopicName } from '@skua/topics';

import type { Message, MessageChange, MessageProperties, PublishRequest } from './message.ts';

/**
 * Makes the message that the embedder wants to publish. Throws TopicError, or RangeError or EncodeError for the other
 * fields: here, and not when it is on its way to the first subscriber.
 */
export function messageFromRequest(request: PublishRequest, now: number): Message {
  const { topicName, payload, qos = 0, retain = false, messageExpiryInterval, ...properties } = request;
  checkExpiryInterval(messageExpiryInterval);
  return checked({
    topicName: parseTopicName(topicName),
    payload: payload ?? new Uint8Array(0),
    qos,
    retain,
    properties,
    publisher: '',
    receivedAt: now,
    expiresAt: messageExpiryInterval === undefined ? undefined : now + messageExpiryInterval * 1000,
  });
}

/** The message as a hook has changed it. Throws what {@link messageFromRequest} throws. */
export function changedMessage(message: Message, change: MessageChange): Message {
  const { topicName, payload, qos, retain, messageExpiryInterval } = change;
  checkExpiryInterval(messageExpiryInterval);
  const kept = 'messageExpiryInterval' in change ? undefined : message.expiresAt;
  return checked({
    topicName: topicName === undefined ? message.topicName : parseTopicName(topicName),
    payload: payload ?? message.payload,
    qos: qos ?? message.qos,
    retain: retain ?? message.retain,
    properties: changedProperties(message.properties, change),
    publisher: message.publisher,
    receivedAt: message.receivedAt,
    expiresAt: messageExpiryInterval === undefined ? kept : message.receivedAt + messageExpiryInterval * 1000,
  });
}

// One by one: whoever spreads a whole message into the change adds nothing that is no property.
function changedProperties(properties: MessageProperties, change: MessageChange): MessageProperties {
  const { payloadFormatIndicator, contentType, responseTopic, correlationData, userProperties } = {
    ...properties,
    ...change,
  };
  return { payloadFormatIndicator, contentType, responseTopic, correlationData, userProperties };
}

function checkExpiryInterval(seconds: number | undefined): void {
  if (seconds === undefined || (Number.isInteger(seconds) && seconds >= 0 && seconds <= 0xffffffff)) return;
  throw new RangeError(`messageExpiryInterval is ${seconds}; allowed: 0 to 4,294,967,295`);
}

function checked(message: Message): Message {
  const { qos, retain, properties } = message;
  if (qos !== 0 && qos !== 1 && qos !== 2) throw new RangeError(`qos is ${String(qos)}; allowed: 0, 1, 2`);
  if (properties.responseTopic !== undefined) parseTopicName(properties.responseTopic); // [MQTT-3.3.2-14]
  void new PublishTemplate(message, ProtocolVersion.v5_0, qos, retain); // throws what the encoder would throw
  return message;
}
