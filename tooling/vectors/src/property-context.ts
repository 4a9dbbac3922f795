import { bin, frame, join, properties, str, u16, type Bytes } from './bytes.ts';
import type { Json, VectorPacket, VectorRole } from './vector.ts';

/** The fourteen places where 5.0 has properties: thirteen packets and the Will Properties in a CONNECT payload. */
export type PropertyContextName =
  | 'connect'
  | 'will'
  | 'connack'
  | 'publish'
  | 'puback'
  | 'pubrec'
  | 'pubrel'
  | 'pubcomp'
  | 'subscribe'
  | 'suback'
  | 'unsubscribe'
  | 'unsuback'
  | 'disconnect'
  | 'auth';

/** The decoded properties by name. */
export interface DecodedProperties {
  readonly [name: string]: Json;
}

/** How to put a set of properties into an otherwise plain packet, and what the packet then is. */
export interface PropertyContext {
  readonly name: PropertyContextName;
  /** Who receives the packet; the first one is used where one is enough. */
  readonly roles: readonly VectorRole[];
  /** The packet around a finished set of properties, its Property Length included. */
  readonly wrap: (set: Bytes) => Bytes;
  readonly packet: (decoded: DecodedProperties) => VectorPacket;
}

const SERVER: readonly VectorRole[] = ['server'];
const CLIENT: readonly VectorRole[] = ['client'];
const BOTH: readonly VectorRole[] = ['server', 'client'];

/** The places where properties stand, each with a plain packet around it. */
export const PROPERTY_CONTEXTS: readonly PropertyContext[] = [
  {
    name: 'connect',
    roles: SERVER,
    wrap: (set) => frame(0x10, str('MQTT'), [5, 0x02], u16(60), set, str('c1')),
    packet: (decoded) => ({
      type: 'connect',
      protocolVersion: 5,
      cleanStart: true,
      keepAlive: 60,
      clientIdentifier: 'c1',
      properties: decoded,
    }),
  },
  {
    name: 'will',
    roles: SERVER,
    wrap: (set) =>
      frame(0x10, str('MQTT'), [5, 0x06], u16(60), [0], str('c1'), set, str('w/t'), bin([0x62, 0x79, 0x65])),
    packet: (decoded) => ({
      type: 'connect',
      protocolVersion: 5,
      cleanStart: true,
      keepAlive: 60,
      clientIdentifier: 'c1',
      will: { topicName: 'w/t', payload: '627965', qos: 0, retain: false, properties: decoded },
      properties: {},
    }),
  },
  {
    name: 'connack',
    roles: CLIENT,
    wrap: (set) => frame(0x20, [0, 0], set),
    packet: (decoded) => ({ type: 'connack', sessionPresent: false, reasonCode: 0, properties: decoded }),
  },
  {
    name: 'publish',
    roles: BOTH,
    wrap: (set) => frame(0x32, str('a/b'), u16(10), set, [0x68, 0x69]),
    packet: (decoded) => ({
      type: 'publish',
      dup: false,
      qos: 1,
      retain: false,
      topicName: 'a/b',
      packetIdentifier: 10,
      payload: '6869',
      properties: decoded,
    }),
  },
  acknowledgement('puback', 0x40),
  acknowledgement('pubrec', 0x50),
  acknowledgement('pubrel', 0x62),
  acknowledgement('pubcomp', 0x70),
  {
    name: 'subscribe',
    roles: SERVER,
    wrap: (set) => frame(0x82, u16(10), set, str('a/b'), [1]),
    packet: (decoded) => ({
      type: 'subscribe',
      packetIdentifier: 10,
      subscriptions: [{ topicFilter: 'a/b', qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
      properties: decoded,
    }),
  },
  {
    name: 'suback',
    roles: CLIENT,
    wrap: (set) => frame(0x90, u16(10), set, [1]),
    packet: (decoded) => ({ type: 'suback', packetIdentifier: 10, reasonCodes: [1], properties: decoded }),
  },
  {
    name: 'unsubscribe',
    roles: SERVER,
    wrap: (set) => frame(0xa2, u16(10), set, str('a/b')),
    packet: (decoded) => ({ type: 'unsubscribe', packetIdentifier: 10, topicFilters: ['a/b'], properties: decoded }),
  },
  {
    name: 'unsuback',
    roles: CLIENT,
    wrap: (set) => frame(0xb0, u16(10), set, [0]),
    packet: (decoded) => ({ type: 'unsuback', packetIdentifier: 10, reasonCodes: [0], properties: decoded }),
  },
  {
    name: 'disconnect',
    roles: BOTH,
    wrap: (set) => frame(0xe0, [0], set),
    packet: (decoded) => ({ type: 'disconnect', reasonCode: 0, properties: decoded }),
  },
  {
    name: 'auth',
    roles: BOTH,
    wrap: (set) => frame(0xf0, [0x18], set),
    packet: (decoded) => ({ type: 'auth', reasonCode: 0x18, properties: decoded }),
  },
];

/** The Authentication Method that an AUTH packet must have whatever is tested on it, as bytes and decoded. */
export const METHOD_BYTES: Bytes = join([0x15], str('SCRAM-SHA-1'));
export const METHOD_DECODED: DecodedProperties = { authenticationMethod: 'SCRAM-SHA-1' };

/** A packet of the context that carries these properties and, for AUTH, the method that may not be missing. */
export function packetWith(context: PropertyContext, ...parts: readonly Bytes[]): Bytes {
  return context.wrap(properties(...parts));
}

function acknowledgement(name: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp', firstByte: number): PropertyContext {
  return {
    name,
    roles: BOTH,
    wrap: (set) => frame(firstByte, u16(10), [0], set),
    packet: (decoded) => ({ type: name, packetIdentifier: 10, reasonCode: 0, properties: decoded }),
  };
}
