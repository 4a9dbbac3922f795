import type { Encodable, ConnectPacket, PublishPacket, SubscribePacket } from '@skua/codec';

/** A CONNECT with the fields that a test does not care about. */
export function connect(fields: Partial<Encodable<ConnectPacket>> = {}): Encodable<ConnectPacket> {
  return {
    type: 'connect',
    protocolVersion: 5,
    cleanStart: true,
    keepAlive: 0,
    clientIdentifier: '',
    will: undefined,
    userName: undefined,
    password: undefined,
    properties: {},
    ...fields,
  };
}

/** A PUBLISH. */
export function publish(
  topicName: string,
  payload: string | Uint8Array,
  fields: Partial<Encodable<PublishPacket>> = {},
): Encodable<PublishPacket> {
  return {
    type: 'publish',
    dup: false,
    qos: 0,
    retain: false,
    topicName,
    packetIdentifier: 0,
    payload: typeof payload === 'string' ? Uint8Array.from(payload, (part) => part.codePointAt(0) ?? 0) : payload,
    properties: {},
    ...fields,
  };
}

/** A SUBSCRIBE for one filter. */
export function subscribe(
  topicFilter: string,
  qos: 0 | 1 | 2 = 0,
  packetIdentifier: number = 1,
): Encodable<SubscribePacket> {
  return {
    type: 'subscribe',
    packetIdentifier,
    subscriptions: [{ topicFilter, qos, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
    properties: {},
  };
}
