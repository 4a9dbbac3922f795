import { frame, join, properties, str, u16, utf8, type Bytes } from '../bytes.ts';
import { CaseList } from '../case-list.ts';
import { malformed, optional, refused, VIOLATION, VIOLATION_CONNECT, type Fault } from '../fault.ts';
import { METHOD_BYTES, METHOD_DECODED, packetWith, PROPERTY_CONTEXTS } from '../property-context.ts';
import { encoded, PROPERTIES } from '../property-table.ts';
import type { VectorPacket, VectorRole, VectorVersion } from '../vector.ts';
import { connectBytes, connectPacket, willPacket } from './connect-bytes.ts';

/** A place for a UTF-8 Encoded String. */
interface StringField {
  readonly name: string;
  readonly version: VectorVersion;
  readonly role: VectorRole;
  readonly bytes: (content: Bytes) => Bytes;
  readonly packet: (text: string) => VectorPacket;
  /** The rules that repeat section 1.5.4 for this field. */
  readonly statements: readonly string[];
  readonly null: readonly string[];
}

/** Ill-formed UTF-8, U+0000, the byte order mark and the disallowed code points in every string of every packet (1.5.4). */
export function utf8Cases(): CaseList {
  const list = new CaseList('utf8');
  for (const field of [...packetFields(4), ...packetFields(5), ...propertyFields()]) {
    for (const [label, content] of Object.entries(ILL_FORMED)) {
      list.invalid(`${field.name}/${label}`, at(field), field.bytes(content), illFormed(field));
    }
    for (const [label, content] of Object.entries(NULL_CHARACTER)) {
      list.invalid(`${field.name}/${label}`, at(field), field.bytes(content), nullCharacter(field));
    }
    for (const [label, text] of Object.entries(WELL_FORMED)) {
      list.valid(`${field.name}/${label}`, at(field), field.bytes(utf8(text)), field.packet(text), {
        statements: [`${prefix(field)}MQTT-1.5.${field.version === 5 ? 4 : 3}-3`],
      });
    }
    for (const [label, text] of Object.entries(DISALLOWED)) {
      list.invalid(
        `${field.name}/disallowed-${label}`,
        at(field),
        field.bytes(utf8(text)),
        optional(disallowed(field), field.packet(text)),
      );
    }
  }
  return list;
}

function at(field: StringField): { version: VectorVersion; role: VectorRole; section: string } {
  return { version: field.version, role: field.role, section: field.version === 5 ? '1.5.4' : '1.5.3' };
}

function prefix(field: StringField): string {
  return field.version === 5 ? '' : 'v3 ';
}

function illFormed(field: StringField): Fault {
  return field.version === 5
    ? malformed(['MQTT-1.5.4-1', 'U-1.5.4-1', ...field.statements])
    : refused(['v3 MQTT-1.5.3-1', ...field.statements, ...VIOLATION_CONNECT]);
}

function nullCharacter(field: StringField): Fault {
  return field.version === 5
    ? malformed(['MQTT-1.5.4-2', 'U-1.5.4-2', ...field.null, ...field.statements])
    : refused(['v3 MQTT-1.5.3-2', ...field.null, ...field.statements, ...VIOLATION_CONNECT]);
}

function disallowed(field: StringField): Fault {
  return field.version === 5
    ? malformed(['U-1.5.4-4', 'U-1.5.4-3'])
    : refused(['v3 U-1.5.3-2', 'v3 U-1.5.3-1', ...VIOLATION]);
}

/** The strings that are not properties. */
function packetFields(version: VectorVersion): readonly StringField[] {
  const five = version === 5;
  const set: Bytes = five ? [0] : [];
  const own = (id5: string, id3: string): readonly string[] => (five ? [id5] : [`v3 ${id3}`]);
  const topicNull = five ? ['MQTT-4.7.3-2'] : ['v3 MQTT-4.7.3-2'];
  const field = (
    name: string,
    role: VectorRole,
    bytes: StringField['bytes'],
    packet: StringField['packet'],
    statements: readonly string[],
    none: readonly string[] = [],
  ): StringField => ({ name, version, role, bytes, packet, statements, null: none });
  const publish = (role: VectorRole): StringField =>
    field(
      `publish/topic/${role}`,
      role,
      (content) => frame(0x30, str(content), set, [0x2e]),
      (text) => ({
        type: 'publish',
        dup: false,
        qos: 0,
        retain: false,
        topicName: text,
        packetIdentifier: 0,
        payload: '2e',
        properties: {},
      }),
      own('MQTT-3.3.2-1', 'MQTT-3.3.2-1'),
      topicNull,
    );
  return [
    field(
      'connect/client-identifier',
      'server',
      (content) => connectBytes(version, { clientIdentifier: content }),
      (text) => connectPacket(version, { clientIdentifier: text }),
      own('MQTT-3.1.3-4', 'MQTT-3.1.3-4'),
    ),
    field(
      'connect/will-topic',
      'server',
      (content) => connectBytes(version, { flags: 0x06, will: { topic: content } }),
      (text) => connectPacket(version, willPacket({ topicName: text })),
      own('MQTT-3.1.3-11', 'MQTT-3.1.3-10'),
      topicNull,
    ),
    field(
      'connect/user-name',
      'server',
      (content) => connectBytes(version, { flags: 0x82, userName: content }),
      (text) => connectPacket(version, { userName: text }),
      own('MQTT-3.1.3-12', 'MQTT-3.1.3-11'),
    ),
    publish('server'),
    publish('client'),
    field(
      'subscribe/topic-filter',
      'server',
      (content) => frame(0x82, u16(10), set, str(content), [0]),
      (text) => ({
        type: 'subscribe',
        packetIdentifier: 10,
        subscriptions: [{ topicFilter: text, qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
        properties: {},
      }),
      own('MQTT-3.8.3-1', 'MQTT-3.8.3-1'),
      topicNull,
    ),
    field(
      'unsubscribe/topic-filter',
      'server',
      (content) => frame(0xa2, u16(10), set, str(content)),
      (text) => ({ type: 'unsubscribe', packetIdentifier: 10, topicFilters: [text], properties: {} }),
      own('MQTT-3.10.3-1', 'MQTT-3.10.3-1'),
      topicNull,
    ),
  ];
}

/** The strings of the properties, in each packet that may carry them. */
function propertyFields(): readonly StringField[] {
  const own: Readonly<Record<string, readonly string[]>> = {
    responseTopic: ['MQTT-3.3.2-13'],
    contentType: ['MQTT-3.3.2-19'],
  };
  return PROPERTY_CONTEXTS.flatMap((context) =>
    PROPERTIES.filter(
      (property) => context.name in property.contexts && (property.type === 'utf8' || property.type === 'pair'),
    ).flatMap((property) => {
      const role: VectorRole = property.name === 'serverReference' ? 'client' : (context.roles[0] ?? 'server');
      const [beside, decoded] =
        context.name === 'auth' && property.name !== 'authenticationMethod' ? [METHOD_BYTES, METHOD_DECODED] : [[], {}];
      const name = `${context.name}/${property.name}`;
      const base = { version: 5, role, null: property.name === 'responseTopic' ? ['MQTT-4.7.3-2'] : [] } as const;
      if (property.type === 'utf8') {
        const bytes = (content: Bytes): Bytes => packetWith(context, beside, encoded(property, str(content)));
        return [
          {
            ...base,
            name,
            bytes,
            packet: (text: string) => context.packet({ ...decoded, [property.name]: text }),
            statements: own[property.name] ?? [],
          },
        ];
      }
      return [0, 1].map((index) => ({
        ...base,
        name: `${name}-${index === 0 ? 'name' : 'value'}`,
        bytes: (content: Bytes): Bytes => context.wrap(properties(beside, pair(content, index))),
        packet: (text: string) =>
          context.packet({ ...decoded, userProperties: [index === 0 ? [text, 'v'] : ['n', text]] }),
        statements: ['MQTT-1.5.7-1', 'U-1.5.7-1'],
      }));
    }),
  );
}

function pair(content: Bytes, index: number): Bytes {
  return join([0x26], index === 0 ? join(str(content), str('v')) : join(str('n'), str(content)));
}

const ILL_FORMED: Readonly<Record<string, Bytes>> = {
  'overlong-two': [0x61, 0xc1, 0xbf],
  'overlong-three': [0xe0, 0x9f, 0xbf, 0x61],
  'overlong-four': [0xf0, 0x8f, 0xbf, 0xbf],
  'surrogate-first': [0xed, 0xa0, 0x80],
  'surrogate-last': [0x61, 0xed, 0xbf, 0xbf],
  'surrogate-pair': [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
  'above-10ffff': [0xf4, 0x90, 0x80, 0x80],
  'byte-f5': [0xf5, 0x80, 0x80, 0x80],
  'byte-ff': [0x61, 0xff],
  'lone-continuation': [0x80, 0x61],
  'cut-two': [0x61, 0xc3],
  'cut-three': [0x61, 0xe2, 0x82],
  'cut-four': [0xf0, 0x9f, 0x98],
  'bad-continuation': [0xc3, 0x28],
};

/** Overlong zero, the "modified UTF-8" of some languages, is ill-formed as well. */
const NULL_CHARACTER: Readonly<Record<string, Bytes>> = {
  'null-alone': [0],
  'null-first': [0, 0x61],
  'null-inside': [0x61, 0, 0x62],
  'null-last': [0x61, 0x62, 0],
  'null-far': [...utf8('x'.repeat(70)), 0],
};

const WELL_FORMED: Readonly<Record<string, string>> = {
  'bom-first': '\uFEFFa',
  'bom-alone': '\uFEFF',
  'bom-inside': 'a\uFEFFb',
  'two-to-four': 'A\u00E4\u20AC\u{2A6D4}',
  'edge-d7ff': '\uD7FF',
  'edge-e000-fffd': '\uE000\uFFFD',
  'last-plane': '\u{10FFFD}',
  long: `${'\u00E9'.repeat(60)}x`,
};

const DISALLOWED: Readonly<Record<string, string>> = {
  '0001': '\u0001',
  '001f': 'a\u001F',
  '007f': '\u007F',
  '009f': 'a\u009Fb',
  fdd0: '\uFDD0',
  ffff: 'a\uFFFF',
  '10ffff': '\u{10FFFF}',
};
