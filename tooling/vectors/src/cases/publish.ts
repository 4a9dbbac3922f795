import { codePoints, frame, join, properties, str, toHex, u16, type Bytes } from '../bytes.ts';
import { CaseList, type CaseContext } from '../case-list.ts';
import { malformed, optional, protocolError, refused, VIOLATION, type Fault } from '../fault.ts';
import type { VectorPacket, VectorRole, VectorVersion } from '../vector.ts';

interface PublishFields {
  readonly flags?: number;
  readonly topic?: string | Bytes;
  readonly packetIdentifier?: number;
  readonly set?: Bytes;
  readonly payload?: Bytes;
}

/** PUBLISH: flags, Topic Name, Packet Identifier, payload, and the rules that tie its properties together (section 3.3). */
export function publishCases(): CaseList {
  const list = new CaseList('publish');
  for (const version of [3, 4, 5] as const) {
    for (const role of ['server', 'client'] as const) {
      flags(list, version, role);
    }
    topicNames(list, version);
    packetIdentifiers(list, version);
    payloads(list, version);
  }
  aliases(list);
  subscriptionIdentifiers(list);
  payloadFormat(list);
  return list;
}

function at(version: VectorVersion, section: string, role: VectorRole = 'server'): CaseContext {
  return { version, role, section };
}

function bytes(version: VectorVersion, fields: PublishFields = {}): Bytes {
  const flagBits = fields.flags ?? 0;
  return frame(
    0x30 | flagBits,
    str(fields.topic ?? 'a/b'),
    (flagBits & 0x06) === 0 ? [] : u16(fields.packetIdentifier ?? 10),
    fields.set ?? (version === 5 ? [0] : []),
    fields.payload ?? [0x68, 0x69],
  );
}

function packet(fields: Partial<VectorPacket> = {}): VectorPacket {
  return {
    type: 'publish',
    dup: false,
    qos: 0,
    retain: false,
    topicName: 'a/b',
    packetIdentifier: 0,
    payload: '6869',
    properties: {},
    ...fields,
  };
}

/** All 16 values of the flags. */
function flags(list: CaseList, version: VectorVersion, role: VectorRole): void {
  for (let value = 0; value < 16; value += 1) {
    const qos = (value >> 1) & 3;
    const dup = (value & 8) !== 0;
    const name = `flags-${value.toString(2).padStart(4, '0')}/${role}`;
    const wire = bytes(version, { flags: value });
    const decoded = packet({ dup, qos, retain: (value & 1) !== 0, packetIdentifier: qos === 0 ? 0 : 10 });
    if (qos === 3) {
      const statements =
        version === 5
          ? ['MQTT-3.3.1-4', 'U-3.3.1.2-1', 'U-3.3.1.2-2', 'U-2.1.3-1']
          : ['v3 MQTT-3.3.1-4', 'v3 MQTT-2.2.2-2', ...VIOLATION];
      list.invalid(
        name,
        at(version, '3.3.1.2', role),
        wire,
        version === 5 ? malformed(statements) : refused(statements),
      );
    } else if (dup && qos === 0) {
      const fault = refused(version === 5 ? ['MQTT-3.3.1-2'] : ['v3 MQTT-3.3.1-2', ...VIOLATION]);
      // 3.1 has no sentence against DUP with QoS 0.
      list.invalid(name, at(version, '3.3.1.1', role), wire, version === 3 ? optional(fault, decoded) : fault);
    } else {
      list.valid(name, at(version, '3.3.1', role), wire, decoded);
    }
  }
}

function topicNames(list: CaseList, version: VectorVersion): void {
  const five = version === 5;
  for (const topic of [
    '/',
    'a',
    'a//b',
    '/finance',
    'finance/',
    '//',
    '$SYS/x',
    '$share/g/a',
    'Accounts payable',
    'ä/😀',
    'x'.repeat(128),
  ]) {
    const label = topic.length > 20 ? `length-${topic.length}` : codePoints(topic);
    list.valid(`topic-${label}`, at(version, '3.3.2.1'), bytes(version, { topic }), packet({ topicName: topic }));
  }
  const wildcard = refused(
    five ? ['MQTT-3.3.2-2', 'MQTT-4.7.0-1'] : ['v3 MQTT-3.3.2-2', 'v3 MQTT-4.7.1-1', ...VIOLATION],
    [0x90],
  );
  const bad = {
    plus: '+',
    hash: '#',
    'first-plus': '+/a',
    'level-plus': 'a/+/b',
    'level-hash': 'a/#',
    'inside-plus': 'a+b',
    'inside-hash': 'a#',
    'hash-inside': 'a/#/b',
  };
  for (const role of ['server', 'client'] as const) {
    for (const [label, topic] of Object.entries(bad)) {
      list.invalid(
        `topic-wildcard-${label}/${role}`,
        at(version, '3.3.2.1', role),
        bytes(version, { topic }),
        wildcard,
      );
    }
    const empty = five
      ? protocolError(['U-3.3.2.1-1', 'MQTT-4.7.3-1', 'MQTT-3.3.2-1'])
      : refused(['v3 MQTT-4.7.3-1', 'v3 MQTT-3.3.2-1', ...VIOLATION], [0x90]);
    list.invalid(`topic-empty/${role}`, at(version, '3.3.2.1', role), bytes(version, { topic: '' }), empty);
  }
  if (five) {
    const longest = 'x'.repeat(65_535);
    list.valid('topic-length-65535', at(5, '4.7.3'), bytes(5, { topic: longest }), packet({ topicName: longest }));
  }
}

function packetIdentifiers(list: CaseList, version: VectorVersion): void {
  for (const qos of [1, 2]) {
    for (const packetIdentifier of [1, 255, 256, 65_535]) {
      list.valid(
        `packet-identifier-${packetIdentifier}-qos-${qos}`,
        at(version, version === 5 ? '2.2.1' : '2.3.1'),
        bytes(version, { flags: qos << 1, packetIdentifier }),
        packet({ qos, packetIdentifier }),
      );
    }
    for (const role of ['server', 'client'] as const) {
      const fault =
        version === 5
          ? refused([role === 'server' ? 'MQTT-2.2.1-3' : 'MQTT-2.2.1-4', 'MQTT-2.2.1-3'])
          : refused(['v3 MQTT-2.3.1-1', ...VIOLATION]);
      // 3.1 calls 0 "reserved as an invalid Message ID".
      list.invalid(
        `packet-identifier-0-qos-${qos}/${role}`,
        at(version, version === 5 ? '2.2.1' : '2.3.1', role),
        bytes(version, { flags: qos << 1, packetIdentifier: 0 }),
        fault,
      );
    }
  }
}

function payloads(list: CaseList, version: VectorVersion): void {
  for (const length of [0, 1, 100, 121, 122, 123, 300]) {
    const payload = Array.from({ length }, (_, index) => (index * 37 + 255) & 0xff);
    list.valid(
      `payload-length-${length}`,
      at(version, '3.3.3'),
      bytes(version, { payload }),
      packet({ payload: toHex(payload) }),
    );
  }
  list.valid(
    'payload-empty-retained-qos-2',
    at(version, '3.3.3'),
    bytes(version, { flags: 0x05, payload: [] }),
    packet({ qos: 2, retain: true, packetIdentifier: 10, payload: '' }),
  );
  if (version !== 5) return;
  // Remaining Length of 16,383 bytes, the last of two digits, and of 16,384, the first of three.
  for (const remaining of [16_383, 16_384]) {
    const payload = Array.from({ length: remaining - 6 }, () => 0x2a);
    list.valid(
      `remaining-length-${remaining}`,
      at(5, '2.1.4'),
      bytes(5, { payload }),
      packet({ payload: toHex(payload) }),
    );
  }
}

function aliases(list: CaseList): void {
  const section = '3.3.2.3.4';
  for (const role of ['server', 'client'] as const) {
    const set = properties([0x23, 0, 1]);
    list.valid(
      `alias-with-empty-topic/${role}`,
      at(5, section, role),
      bytes(5, { topic: '', set }),
      packet({ topicName: '', properties: { topicAlias: 1 } }),
    );
    list.valid(
      `alias-with-topic/${role}`,
      at(5, section, role),
      bytes(5, { set }),
      packet({ properties: { topicAlias: 1 } }),
    );
    const zero = protocolError(['U-3.3.4-3', 'MQTT-3.3.2-8'], [0x94]);
    list.invalid(`alias-0/${role}`, at(5, '3.3.4', role), bytes(5, { set: properties([0x23, 0, 0]) }), zero);
    const both: Fault = {
      outcomes: [...zero.outcomes, ...protocolError(['U-3.3.2.1-1']).outcomes],
      statements: [...zero.statements, 'U-3.3.2.1-1'],
    };
    list.invalid(
      `alias-0-with-empty-topic/${role}`,
      at(5, '3.3.4', role),
      bytes(5, { topic: '', set: properties([0x23, 0, 0]) }),
      both,
    );
  }
}

function subscriptionIdentifiers(list: CaseList): void {
  const several = properties([0x0b, 1], [0x0b, 0x80, 0x01], [0x0b, 1], [0x0b, 0xff, 0xff, 0xff, 0x7f]);
  const decoded = packet({ properties: { subscriptionIdentifiers: [1, 128, 1, 268_435_455] } });
  list.valid('subscription-identifiers-several', at(5, '3.3.2.3.8', 'client'), bytes(5, { set: several }), decoded);
  list.invalid(
    'subscription-identifier-second-0',
    at(5, '3.3.2.3.8', 'client'),
    bytes(5, { set: properties([0x0b, 1], [0x0b, 0]) }),
    protocolError(['U-3.3.2.3.8-1', 'U-3.8.2.1.2-1']),
  );
  const fromClient = protocolError(['MQTT-3.3.4-6', 'U-3.3.4-2']);
  list.invalid(
    'subscription-identifier-from-client',
    at(5, '3.3.4'),
    bytes(5, { set: properties([0x0b, 1]) }),
    fromClient,
  );
  list.invalid('subscription-identifiers-from-client', at(5, '3.3.4'), bytes(5, { set: several }), fromClient);
}

function payloadFormat(list: CaseList): void {
  const set = properties([0x01, 1]);
  const text = join([0xc3, 0xa4]);
  list.valid(
    'payload-text',
    at(5, '3.3.2.3.2'),
    bytes(5, { set, payload: text }),
    packet({ payload: 'c3a4', properties: { payloadFormatIndicator: 1 } }),
  );
  // The receiver MAY validate the payload; U+0000 is a character like any other there.
  for (const [label, payload] of [
    ['overlong', [0xc0, 0x80]],
    ['cut', [0x61, 0xe2, 0x82]],
    ['surrogate', [0xed, 0xa0, 0x80]],
  ] as const) {
    const decoded = packet({ payload: toHex(payload), properties: { payloadFormatIndicator: 1 } });
    list.invalid(
      `payload-text-ill-formed-${label}`,
      at(5, '3.3.2.3.2'),
      bytes(5, { set, payload }),
      optional(refused(['U-3.3.2.3.2-1'], [0x99]), decoded),
    );
  }
  list.valid(
    'payload-text-null-character',
    at(5, '3.3.2.3.2'),
    bytes(5, { set, payload: [0x61, 0, 0x62] }),
    packet({ payload: '610062', properties: { payloadFormatIndicator: 1 } }),
  );
}
