import { ReasonCode } from './reason-code.ts';

// The 27 properties of Table 2-4, each once: identifier, name, type, smallest value, and the places where it may stand
// with the statement that lets it stand there only once. `LIST` in place of a statement means that it may be repeated.
// Where the specification forgot to forbid a repetition (Payload Format Indicator and Message Expiry Interval of
// PUBLISH) the rule of the Will's property of the same name is cited.

/** How the value of a property is encoded (section 2.2.2.2), as numbers for a quick switch. */
export const PropertyType = {
  /** A Byte that is 0 or 1, kept as a number. */
  bit: 0,
  /** A Byte that is 0 or 1, kept as a boolean. */
  boolean: 1,
  twoByteInteger: 2,
  fourByteInteger: 3,
  variableByteInteger: 4,
  string: 5,
  /** A UTF-8 Encoded String that is a Topic Name. */
  topicName: 6,
  binary: 7,
  stringPair: 8,
} as const;

/** A value of {@link PropertyType}. */
export type PropertyType = (typeof PropertyType)[keyof typeof PropertyType];

/** Where properties can stand: in a packet, or in the Will of a CONNECT. Bits, so that a set of them is one number. */
export const PropertyPlace = {
  connect: 0x0001,
  will: 0x0002,
  connack: 0x0004,
  publish: 0x0008,
  puback: 0x0010,
  pubrec: 0x0020,
  pubrel: 0x0040,
  pubcomp: 0x0080,
  subscribe: 0x0100,
  suback: 0x0200,
  unsubscribe: 0x0400,
  unsuback: 0x0800,
  disconnect: 0x1000,
  auth: 0x2000,
} as const;

/** The name of a place. */
export type PropertyPlaceName = keyof typeof PropertyPlace;

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
  readonly statements: Readonly<Partial<Record<PropertyPlaceName, string>>>;
}

/** The row of a Property Identifier, or undefined. */
export function propertyByIdentifier(identifier: number): Property | undefined {
  return identifier < BY_IDENTIFIER.length ? BY_IDENTIFIER[identifier] : undefined;
}

/** The row of a property by its name in the packets' interfaces, or undefined. */
export function propertyByName(name: string): Property | undefined {
  return BY_NAME.get(name);
}

/** The statement and Reason Code for a value out of range: mostly the sentence that forbids the repetition says both. */
export function rangeRule(
  property: Property,
  place: PropertyPlaceName,
): { statement: string; reasonCode?: ReasonCode } {
  switch (property.name) {
    case 'topicAlias':
      return { statement: 'MQTT-3.3.2-8', reasonCode: ReasonCode.TopicAliasInvalid }; // [U-3.3.4-3]
    case 'payloadFormatIndicator':
      // No sentence of its own says what another value is: it is none of the two that the property has.
      return { statement: 'U-2.2.2.2-1' };
    case 'subscriptionIdentifier':
      return { statement: place === 'publish' ? 'U-3.3.2.3.8-1' : 'U-3.8.2.1.2-1' };
    default:
      return { statement: onceStatement(property, place) };
  }
}

/** The statement that forbids wildcards in a Response Topic. */
export function responseTopicStatement(place: PropertyPlaceName): string {
  return place === 'publish' ? 'MQTT-3.3.2-14' : 'MQTT-4.7.0-1';
}

/** The statement that lets a property stand in a place only once. */
export function onceStatement(property: Property, place: PropertyPlaceName): string {
  return property.statements[place] ?? 'U-2.2.2.2-1';
}

function isPlaceName(name: string): name is PropertyPlaceName {
  return name in PropertyPlace;
}

const LIST = '';
type Row = readonly [
  identifier: number,
  name: string,
  type: PropertyType,
  statements: Readonly<Partial<Record<PropertyPlaceName, string>>>,
  minimum?: number,
  listName?: string,
];

const { bit, boolean, twoByteInteger, fourByteInteger, variableByteInteger, string, topicName, binary, stringPair } =
  PropertyType;

const ROWS: readonly Row[] = [
  [0x01, 'payloadFormatIndicator', bit, { publish: 'U-3.1.3.2.3-2', will: 'U-3.1.3.2.3-2' }],
  [0x02, 'messageExpiryInterval', fourByteInteger, { publish: 'U-3.1.3.2.4-1', will: 'U-3.1.3.2.4-1' }],
  [0x03, 'contentType', string, { publish: 'U-3.3.2.3.9-1', will: 'U-3.1.3.2.5-1' }],
  [0x08, 'responseTopic', topicName, { publish: 'U-3.3.2.3.5-1', will: 'U-3.1.3.2.6-1' }],
  [0x09, 'correlationData', binary, { publish: 'U-3.3.2.3.6-1', will: 'U-3.1.3.2.7-1' }],
  [
    0x0b,
    'subscriptionIdentifier',
    variableByteInteger,
    { publish: LIST, subscribe: 'U-3.8.2.1.2-2' },
    1,
    'subscriptionIdentifiers',
  ],
  [
    0x11,
    'sessionExpiryInterval',
    fourByteInteger,
    { connect: 'U-3.1.2.11.2-1', connack: 'U-3.2.2.3.2-1', disconnect: 'U-3.14.2.2.2-1' },
  ],
  [0x12, 'assignedClientIdentifier', string, { connack: 'U-3.2.2.3.7-1' }],
  [0x13, 'serverKeepAlive', twoByteInteger, { connack: 'U-3.2.2.3.14-1' }],
  [
    0x15,
    'authenticationMethod',
    string,
    { connect: 'U-3.1.2.11.9-1', connack: 'U-3.2.2.3.17-1', auth: 'U-3.15.2.2.2-1' },
  ],
  [
    0x16,
    'authenticationData',
    binary,
    { connect: 'U-3.1.2.11.10-2', connack: 'U-3.2.2.3.18-1', auth: 'U-3.15.2.2.3-1' },
  ],
  [0x17, 'requestProblemInformation', boolean, { connect: 'U-3.1.2.11.7-1' }],
  [0x18, 'willDelayInterval', fourByteInteger, { will: 'U-3.1.3.2.2-1' }],
  [0x19, 'requestResponseInformation', boolean, { connect: 'U-3.1.2.11.6-1' }],
  [0x1a, 'responseInformation', string, { connack: 'U-3.2.2.3.15-1' }],
  [0x1c, 'serverReference', string, { connack: 'U-3.2.2.3.16-1', disconnect: 'U-3.14.2.2.5-1' }],
  [
    0x1f,
    'reasonString',
    string,
    {
      connack: 'U-3.2.2.3.9-2',
      puback: 'U-3.4.2.2.2-1',
      pubrec: 'U-3.5.2.2.2-2',
      pubrel: 'U-3.6.2.2.2-2',
      pubcomp: 'U-3.7.2.2.2-2',
      suback: 'U-3.9.2.1.2-2',
      unsuback: 'U-3.11.2.1.2-2',
      disconnect: 'U-3.14.2.2.3-2',
      auth: 'U-3.15.2.2.4-2',
    },
  ],
  [0x21, 'receiveMaximum', twoByteInteger, { connect: 'U-3.1.2.11.3-1', connack: 'U-3.2.2.3.3-1' }, 1],
  [0x22, 'topicAliasMaximum', twoByteInteger, { connect: 'U-3.1.2.11.5-1', connack: 'U-3.2.2.3.8-1' }],
  [0x23, 'topicAlias', twoByteInteger, { publish: 'U-3.3.2.3.4-1' }, 1],
  [0x24, 'maximumQos', bit, { connack: 'U-3.2.2.3.4-1' }],
  [0x25, 'retainAvailable', boolean, { connack: 'U-3.2.2.3.5-1' }],
  [
    0x26,
    'userProperty',
    stringPair,
    {
      connect: LIST,
      will: LIST,
      connack: LIST,
      publish: LIST,
      puback: LIST,
      pubrec: LIST,
      pubrel: LIST,
      pubcomp: LIST,
      subscribe: LIST,
      suback: LIST,
      unsubscribe: LIST,
      unsuback: LIST,
      disconnect: LIST,
      auth: LIST,
    },
    0,
    'userProperties',
  ],
  [0x27, 'maximumPacketSize', fourByteInteger, { connect: 'U-3.1.2.11.4-1', connack: 'U-3.2.2.3.6-1' }, 1],
  [0x28, 'wildcardSubscriptionAvailable', boolean, { connack: 'U-3.2.2.3.11-1' }],
  [0x29, 'subscriptionIdentifiersAvailable', boolean, { connack: 'U-3.2.2.3.12-1' }],
  [0x2a, 'sharedSubscriptionAvailable', boolean, { connack: 'U-3.2.2.3.13-1' }],
];

const PROPERTIES: readonly Property[] = ROWS.map((row, index) => {
  const [identifier, name, type, statements, minimum = 0, listName = name] = row;
  let places = 0;
  let listPlaces = 0;
  for (const [place, statement] of Object.entries(statements)) {
    if (!isPlaceName(place)) continue;
    const placeBit = PropertyPlace[place];
    places |= placeBit;
    if (statement === LIST) listPlaces |= placeBit;
  }
  return { identifier, name, listName, type, minimum, places, listPlaces, bit: 1 << index, statements };
});

const BY_IDENTIFIER: readonly (Property | undefined)[] = Array.from({ length: 0x2b }, (_, identifier) =>
  PROPERTIES.find((property) => property.identifier === identifier),
);

const BY_NAME: ReadonlyMap<string, Property> = new Map(
  PROPERTIES.flatMap((property) => [
    [property.name, property],
    [property.listName, property],
  ]),
);
