import type {
  ConnectProperties,
  DisconnectProperties,
  PublishProperties,
  SubscribeProperties,
  UnsubscribeProperties,
  WillProperties,
} from '@skua/codec';
import { parseTopicName, TopicError } from '@skua/topics';
import type { Option } from './option.ts';
import { UsageError } from './usage-error.ts';

/** The 5.0 properties that `-D` has collected, by the packet that carries them. */
export interface PropertySettings {
  connect: ConnectProperties;
  publish: PublishProperties;
  subscribe: SubscribeProperties;
  unsubscribe: UnsubscribeProperties;
  disconnect: DisconnectProperties;
  will: WillProperties;
}

/** No properties at all. */
export function noProperties(): PropertySettings {
  return { connect: {}, publish: {}, subscribe: {}, unsubscribe: {}, disconnect: {}, will: {} };
}

/** Settings that `-D` works on. Using it makes the client a 5.0 client. */
export interface WithProperties {
  protocolVersion: 3 | 4 | 5;
  readonly properties: PropertySettings;
}

/** `-D packet property [name] value`. */
export const PROPERTY_OPTION: Option<WithProperties> = {
  names: ['-D', '--property'],
  values: ['PACKET', 'PROPERTY', 'VALUE'],
  help:
    'Adds a 5.0 property to a packet: connect, publish, subscribe, unsubscribe, disconnect or will. Properties are written' +
    ' as content-type; user-property takes a name and a value. May be repeated, and makes the client a 5.0 client.',
  completes: ['connect', 'publish', 'subscribe', 'unsubscribe', 'disconnect', 'will'],
  count: (following) => (following[1]?.toLowerCase() === 'user-property' ? 4 : 3),
  apply: (settings, values, name) => {
    const [packet = '', property = '', ...rest] = values;
    settings.protocolVersion = 5;
    addProperty(settings.properties, packet.toLowerCase(), property.toLowerCase(), rest, name);
  },
};

function addProperty(
  properties: PropertySettings,
  packet: string,
  property: string,
  values: readonly string[],
  name: string,
): void {
  const row = PROPERTIES.get(property);
  if (row === undefined) {
    throw new UsageError(`${name}: found "${property}"; allowed: ${[...PROPERTIES.keys()].join(', ')}.`);
  }
  if (!isPacket(packet)) throw new UsageError(`${name}: found "${packet}"; allowed: ${PACKETS.join(', ')}.`);
  if (!row.packets.includes(packet)) {
    throw new UsageError(
      `${name}: ${property} is not a property of ${packet.toUpperCase()} here; it may go with ${row.packets.join(', ')}.`,
    );
  }
  const key = row.key ?? camelCase(property);
  if (property === 'user-property') {
    const { userProperties = [] } = properties[packet];
    assign(properties, packet, 'userProperties', [...userProperties, [values[0] ?? '', values[1] ?? '']]);
    return;
  }
  if (Object.hasOwn(properties[packet], key))
    throw new UsageError(`${name}: ${property} was given twice for ${packet}.`);
  assign(properties, packet, key, row.read(values[0] ?? '', `${name} ${packet} ${property}`));
}

/** The table says which value fits which property: the types of the packets cannot follow a name that is a text. */
function assign(properties: PropertySettings, packet: PacketName, key: string, value: unknown): void {
  Object.assign(properties, { [packet]: { ...properties[packet], [key]: value } });
}

type PacketName = keyof PropertySettings;
const PACKETS: readonly PacketName[] = ['connect', 'publish', 'subscribe', 'unsubscribe', 'disconnect', 'will'];

function isPacket(text: string): text is PacketName {
  return (PACKETS as readonly string[]).includes(text);
}

function camelCase(text: string): string {
  return text.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

interface Row {
  readonly packets: readonly PacketName[];
  readonly read: (text: string, where: string) => unknown;
  readonly key?: string;
}

function integer(minimum: number, maximum: number): Row['read'] {
  return (text, where) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < minimum || value > maximum) {
      throw new UsageError(`${where}: found "${text}"; allowed: a whole number from ${minimum} to ${maximum}.`);
    }
    return value;
  };
}

function flag(text: string, where: string): boolean {
  if (text !== '0' && text !== '1') throw new UsageError(`${where}: found "${text}"; allowed: 0, 1.`);
  return text === '1';
}

function topicName(text: string, where: string): string {
  try {
    return parseTopicName(text);
  } catch (error) {
    if (error instanceof TopicError) throw new UsageError(`${where}: ${error.message}`);
    throw error;
  }
}

const bytes: Row['read'] = (text) => new TextEncoder().encode(text);
const text: Row['read'] = (value) => value;
const UINT_32 = 0xffff_ffff;

const PROPERTIES: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['authentication-data', { packets: ['connect'], read: bytes }],
  ['authentication-method', { packets: ['connect'], read: text }],
  ['content-type', { packets: ['publish', 'will'], read: text }],
  ['correlation-data', { packets: ['publish', 'will'], read: bytes }],
  ['maximum-packet-size', { packets: ['connect'], read: integer(1, UINT_32) }],
  ['message-expiry-interval', { packets: ['publish', 'will'], read: integer(0, UINT_32) }],
  ['payload-format-indicator', { packets: ['publish', 'will'], read: integer(0, 1) }],
  ['receive-maximum', { packets: ['connect'], read: integer(1, 65_535) }],
  ['request-problem-information', { packets: ['connect'], read: flag }],
  ['request-response-information', { packets: ['connect'], read: flag }],
  ['response-topic', { packets: ['publish', 'will'], read: topicName }],
  ['session-expiry-interval', { packets: ['connect', 'disconnect'], read: integer(0, UINT_32) }],
  ['subscription-identifier', { packets: ['subscribe'], read: integer(1, 268_435_455) }],
  ['topic-alias', { packets: ['publish'], read: integer(1, 65_535) }],
  ['topic-alias-maximum', { packets: ['connect'], read: integer(0, 65_535) }],
  ['user-property', { packets: PACKETS, read: text }],
  ['will-delay-interval', { packets: ['will'], read: integer(0, UINT_32) }],
]);
