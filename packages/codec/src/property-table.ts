// The 27 properties of Table 2-4, each once: identifier, name, type, and the places where it may stand with the statement
// that lets it stand there only once; then, where it has them, the smallest value, the places where it may be repeated, and
// its name there. Where the specification forgot to forbid a repetition (Payload Format Indicator and Message Expiry
// Interval of PUBLISH) the rule of the Will's property of the same name is cited.

import {
  AUTH,
  CONNACK,
  CONNECT,
  DISCONNECT,
  EVERYWHERE,
  PUBACK,
  PUBCOMP,
  PUBLISH,
  PUBREC,
  PUBREL,
  SUBACK,
  SUBSCRIBE,
  UNSUBACK,
  WILL,
} from './property-place.ts';

/**
 * How the value of a property is encoded (section 2.2.2.2), by the names that the byte reader and writer have for it.
 * `boolean` and `bit` are a Byte that is 0 or 1, the former kept as true or false.
 */
export type PropertyType =
  | 'boolean'
  | 'bit'
  | 'twoByteInteger'
  | 'fourByteInteger'
  | 'variableByteInteger'
  | 'string'
  | 'topicName'
  | 'binary'
  | 'stringPair';

/** One row of the table. */
export interface Property {
  readonly identifier: number;
  /** As in the packets' interfaces. */
  readonly name: string;
  /** The name where it may be repeated. */
  readonly listName: string;
  readonly type: PropertyType;
  /** The smallest value of an integer. */
  readonly minimum: number;
  /** The places where it may stand, as bits. */
  readonly places: number;
  /** Those of them where it may be repeated. */
  readonly listPlaces: number;
  /** One bit of its own, to remember which properties were there. */
  readonly bit: number;
  /** The statement to cite when it is repeated, or out of range, in a place. */
  readonly statements: Readonly<Record<number, string>>;
}

/** The row of a property by its identifier, or by its name in the packets' interfaces; or undefined. */
export function findProperty(key: number | string): Property | undefined {
  return PROPERTIES.get(key);
}

/** The statement that lets a property stand in a place only once. */
export function onceStatement(property: Property, place: number): string {
  return property.statements[place] ?? 'U-2.2.2.2-1';
}

/** The statement for a value out of range: mostly the sentence that forbids the repetition says both. */
export function rangeStatement(property: Property, place: number): string {
  const { identifier } = property;
  if (identifier === TOPIC_ALIAS) return 'MQTT-3.3.2-8';
  if (identifier === SUBSCRIPTION_IDENTIFIER) return place === PUBLISH ? 'U-3.3.2.3.8-1' : 'U-3.8.2.1.2-1';
  // No sentence of its own says what another value is: it is none of the two that the property has.
  return identifier === PAYLOAD_FORMAT_INDICATOR ? 'U-2.2.2.2-1' : onceStatement(property, place);
}

/** The statement that forbids wildcards in a Response Topic. */
export function responseTopicStatement(place: number): string {
  return place === PUBLISH ? 'MQTT-3.3.2-14' : 'MQTT-4.7.0-1';
}

type Row = readonly [
  identifier: number,
  name: string,
  type: PropertyType,
  statements: Readonly<Record<number, string>>,
  minimum?: number,
  listPlaces?: number,
  listName?: string,
];

const PAYLOAD_FORMAT_INDICATOR = 0x01;
const SUBSCRIPTION_IDENTIFIER = 0x0b;
/** Topic Alias, whose range has a Reason Code of its own. */
export const TOPIC_ALIAS = 0x23;

const ROWS: readonly Row[] = [
  [PAYLOAD_FORMAT_INDICATOR, 'payloadFormatIndicator', 'bit', { [PUBLISH]: 'U-3.1.3.2.3-2', [WILL]: 'U-3.1.3.2.3-2' }],
  [0x02, 'messageExpiryInterval', 'fourByteInteger', { [PUBLISH]: 'U-3.1.3.2.4-1', [WILL]: 'U-3.1.3.2.4-1' }],
  [0x03, 'contentType', 'string', { [PUBLISH]: 'U-3.3.2.3.9-1', [WILL]: 'U-3.1.3.2.5-1' }],
  [0x08, 'responseTopic', 'topicName', { [PUBLISH]: 'U-3.3.2.3.5-1', [WILL]: 'U-3.1.3.2.6-1' }],
  [0x09, 'correlationData', 'binary', { [PUBLISH]: 'U-3.3.2.3.6-1', [WILL]: 'U-3.1.3.2.7-1' }],
  [
    SUBSCRIPTION_IDENTIFIER,
    'subscriptionIdentifier',
    'variableByteInteger',
    { [SUBSCRIBE]: 'U-3.8.2.1.2-2' },
    1,
    PUBLISH,
    'subscriptionIdentifiers',
  ],
  [
    0x11,
    'sessionExpiryInterval',
    'fourByteInteger',
    { [CONNECT]: 'U-3.1.2.11.2-1', [CONNACK]: 'U-3.2.2.3.2-1', [DISCONNECT]: 'U-3.14.2.2.2-1' },
  ],
  [0x12, 'assignedClientIdentifier', 'string', { [CONNACK]: 'U-3.2.2.3.7-1' }],
  [0x13, 'serverKeepAlive', 'twoByteInteger', { [CONNACK]: 'U-3.2.2.3.14-1' }],
  [
    0x15,
    'authenticationMethod',
    'string',
    { [CONNECT]: 'U-3.1.2.11.9-1', [CONNACK]: 'U-3.2.2.3.17-1', [AUTH]: 'U-3.15.2.2.2-1' },
  ],
  [
    0x16,
    'authenticationData',
    'binary',
    { [CONNECT]: 'U-3.1.2.11.10-2', [CONNACK]: 'U-3.2.2.3.18-1', [AUTH]: 'U-3.15.2.2.3-1' },
  ],
  [0x17, 'requestProblemInformation', 'boolean', { [CONNECT]: 'U-3.1.2.11.7-1' }],
  [0x18, 'willDelayInterval', 'fourByteInteger', { [WILL]: 'U-3.1.3.2.2-1' }],
  [0x19, 'requestResponseInformation', 'boolean', { [CONNECT]: 'U-3.1.2.11.6-1' }],
  [0x1a, 'responseInformation', 'string', { [CONNACK]: 'U-3.2.2.3.15-1' }],
  [0x1c, 'serverReference', 'string', { [CONNACK]: 'U-3.2.2.3.16-1', [DISCONNECT]: 'U-3.14.2.2.5-1' }],
  [
    0x1f,
    'reasonString',
    'string',
    {
      [CONNACK]: 'U-3.2.2.3.9-2',
      [PUBACK]: 'U-3.4.2.2.2-1',
      [PUBREC]: 'U-3.5.2.2.2-2',
      [PUBREL]: 'U-3.6.2.2.2-2',
      [PUBCOMP]: 'U-3.7.2.2.2-2',
      [SUBACK]: 'U-3.9.2.1.2-2',
      [UNSUBACK]: 'U-3.11.2.1.2-2',
      [DISCONNECT]: 'U-3.14.2.2.3-2',
      [AUTH]: 'U-3.15.2.2.4-2',
    },
  ],
  [0x21, 'receiveMaximum', 'twoByteInteger', { [CONNECT]: 'U-3.1.2.11.3-1', [CONNACK]: 'U-3.2.2.3.3-1' }, 1],
  [0x22, 'topicAliasMaximum', 'twoByteInteger', { [CONNECT]: 'U-3.1.2.11.5-1', [CONNACK]: 'U-3.2.2.3.8-1' }],
  [TOPIC_ALIAS, 'topicAlias', 'twoByteInteger', { [PUBLISH]: 'U-3.3.2.3.4-1' }, 1],
  [0x24, 'maximumQos', 'bit', { [CONNACK]: 'U-3.2.2.3.4-1' }],
  [0x25, 'retainAvailable', 'boolean', { [CONNACK]: 'U-3.2.2.3.5-1' }],
  [0x26, 'userProperty', 'stringPair', {}, 0, EVERYWHERE, 'userProperties'],
  [0x27, 'maximumPacketSize', 'fourByteInteger', { [CONNECT]: 'U-3.1.2.11.4-1', [CONNACK]: 'U-3.2.2.3.6-1' }, 1],
  [0x28, 'wildcardSubscriptionAvailable', 'boolean', { [CONNACK]: 'U-3.2.2.3.11-1' }],
  [0x29, 'subscriptionIdentifiersAvailable', 'boolean', { [CONNACK]: 'U-3.2.2.3.12-1' }],
  [0x2a, 'sharedSubscriptionAvailable', 'boolean', { [CONNACK]: 'U-3.2.2.3.13-1' }],
];

const PROPERTIES = new Map<number | string, Property>();
ROWS.forEach(([identifier, name, type, statements, minimum = 0, listPlaces = 0, listName = name], index) => {
  let places = listPlaces;
  for (const place in statements) places |= Number(place);
  const property = { identifier, name, listName, type, minimum, places, listPlaces, bit: 1 << index, statements };
  PROPERTIES.set(identifier, property).set(name, property).set(listName, property);
});
