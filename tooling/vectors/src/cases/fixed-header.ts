import { frame, join, str, u16, vbi, type Bytes } from '../bytes.ts';
import { CaseList, type CaseContext } from '../case-list.ts';
import { malformed, optional, protocolError, refused, UNPARSABLE, VIOLATION, type Fault } from '../fault.ts';
import { samplePackets, type SamplePacket } from '../sample-packets.ts';
import type { VectorPacket, VectorVersion } from '../vector.ts';

/** The fixed header: all 16 flags of each type, type 0, the wrong side, Remaining Length, packets that are too large. */
export function fixedHeaderCases(): CaseList {
  const list = new CaseList('fixed-header');
  for (const version of [3, 4, 5] as const) {
    for (const sample of samplePackets(version)) {
      if (sample.type !== 'publish') flags(list, sample);
      direction(list, sample);
    }
    reservedType(list, version);
    remainingLength(list, version);
  }
  tooLarge(list);
  return list;
}

/** The statements of 5.0 that repeat the rule on the flags for one packet. */
const OWN_RULE: Readonly<Record<string, string>> = {
  pubrel: 'MQTT-3.6.1-1',
  subscribe: 'MQTT-3.8.1-1',
  unsubscribe: 'MQTT-3.10.1-1',
  disconnect: 'MQTT-3.14.1-1',
  auth: 'MQTT-3.15.1-1',
};

/** The fixed header of a CONNECT comes before its version: a receiver may judge it by the rule of 5.0. */
const BEFORE_THE_VERSION: readonly string[] = ['MQTT-2.1.3-1', 'U-2.1.3-1'];

function flags(list: CaseList, sample: SamplePacket): void {
  const { version, type, bytes } = sample;
  const right = (bytes[0] ?? 0) & 0x0f;
  const own = OWN_RULE[type];
  const role = sample.roles[0] ?? 'server';
  for (let value = 0; value < 16; value += 1) {
    if (value === right) continue;
    const wrong = [((bytes[0] ?? 0) & 0xf0) | value, ...bytes.slice(1)];
    const name = `flags/${type}-${value.toString(2).padStart(4, '0')}`;
    if (version === 5) {
      const fault = malformed([...(own === undefined ? [] : [own]), 'MQTT-2.1.3-1', 'U-2.1.3-1']);
      list.invalid(name, { version, role, section: '2.1.3' }, wrong, fault);
    } else if (version === 4) {
      const fault = refused([
        ...(own === undefined || type === 'auth' ? [] : [`v3 ${own}`]),
        'v3 MQTT-2.2.2-1',
        'v3 MQTT-2.2.2-2',
        ...VIOLATION,
        ...(type === 'connect' ? BEFORE_THE_VERSION : []),
      ]);
      list.invalid(name, { version, role, section: '2.2.2' }, wrong, fault);
    }
    // 3.1 calls the flags of most packets "not used" and sets DUP on repeated requests: no vectors.
  }
}

/** The packet of one side sent to that side. */
function direction(list: CaseList, sample: SamplePacket): void {
  for (const role of ['server', 'client'] as const) {
    if (sample.roles.includes(role)) continue;
    const at: CaseContext = { version: sample.version, role, section: sample.version === 5 ? '2.1.2' : '2.2.1' };
    list.invalid(`wrong-side/${sample.type}`, at, sample.bytes, wrongSide(sample.version));
  }
}

function wrongSide(version: VectorVersion): Fault {
  if (version !== 5) return refused(VIOLATION);
  // A type that only the other side may send can be parsed and is not allowed: Protocol Error by section 1.2. Reading
  // Table 2-1 as the grammar of what this side can receive makes it a packet that cannot be parsed.
  return {
    outcomes: [...protocolError(UNPARSABLE).outcomes, ...malformed(UNPARSABLE).outcomes],
    statements: UNPARSABLE,
  };
}

function reservedType(list: CaseList, version: VectorVersion): void {
  const fault =
    version === 5
      ? refused(['U-2.1.3-1', 'MQTT-2.1.3-1', ...UNPARSABLE])
      : refused(['v3 MQTT-2.2.2-2', 'v3 MQTT-2.2.2-1', ...VIOLATION]);
  for (const role of ['server', 'client'] as const) {
    for (const first of [0x00, 0x02, 0x0f]) {
      const at: CaseContext = { version, role, section: version === 5 ? '2.1.2' : '2.2.1' };
      list.invalid(`type-0/flags-${first.toString(2).padStart(4, '0')}/${role}`, at, frame(first), fault);
      list.invalid(
        `type-0/flags-${first.toString(2).padStart(4, '0')}-with-body/${role}`,
        at,
        frame(first, u16(10), [0]),
        fault,
      );
    }
  }
}

function remainingLength(list: CaseList, version: VectorVersion): void {
  const five = version === 5;
  const at: CaseContext = { version, role: 'server', section: five ? '1.5.5' : '2.2.3' };
  const puback: VectorPacket = { type: 'puback', packetIdentifier: 10, reasonCode: 0, properties: {} };
  const ping: VectorPacket = { type: 'pingreq' };
  for (const size of [2, 3, 4]) {
    // 5.0 forbids it. 3.1.1 shows how lengths are written and forbids nothing.
    const padded = (packet: VectorPacket): Fault =>
      five ? refused(['MQTT-1.5.5-1', 'U-4.13.1-9']) : optional(refused(VIOLATION), packet);
    list.invalid(`remaining-length/not-minimal-${size}-pingreq`, at, join([0xc0], vbi(0, size)), padded(ping));
    list.invalid(
      `remaining-length/not-minimal-${size}-puback`,
      at,
      join([0x40], vbi(2, size), u16(10)),
      padded(puback),
    );
  }
  const overlong = five ? malformed(['MQTT-1.5.5-1', ...UNPARSABLE]) : refused(VIOLATION);
  const tails: readonly Bytes[] = [
    [0x80, 0x80, 0x80, 0x80, 0x00],
    [0x80, 0x80, 0x80, 0x80, 0x01],
    [0xff, 0xff, 0xff, 0xff, 0x7f],
    [0xff, 0xff, 0xff, 0xff],
    [0x82, 0x80, 0x80, 0x80],
  ];
  for (const [index, tail] of tails.entries()) {
    list.invalid(`remaining-length/five-bytes-${index}`, at, join([0x40], tail), overlong);
  }
  for (const length of [127, 128]) {
    const payload = Array.from({ length: length - (five ? 4 : 3) }, () => 0x2e);
    list.valid(`remaining-length/${length}`, at, frame(0x30, str('a'), five ? [0] : [], payload), {
      type: 'publish',
      dup: false,
      qos: 0,
      retain: false,
      topicName: 'a',
      packetIdentifier: 0,
      payload: '2e'.repeat(payload.length),
      properties: {},
    });
  }
}

/** A packet above the receiver's Maximum Packet Size is judged by its fixed header, before the body is there. */
function tooLarge(list: CaseList): void {
  for (const role of ['server', 'client'] as const) {
    const section = role === 'server' ? '3.2.2.3.6' : '3.1.2.11.4';
    const fault = protocolError(
      role === 'server' ? ['U-3.2.2.3.6-2', 'MQTT-3.2.2-15'] : ['U-3.1.2.11.4-2', 'MQTT-3.1.2-24'],
      [0x95],
    );
    const body = join(
      str('a'),
      [0],
      Array.from({ length: 14 }, () => 0x2e),
    );
    const packet: VectorPacket = {
      type: 'publish',
      dup: false,
      qos: 0,
      retain: false,
      topicName: 'a',
      packetIdentifier: 0,
      payload: '2e'.repeat(14),
      properties: {},
    };
    list.valid(
      `too-large/exact/${role}`,
      { version: 5, role, section, maximumPacketSize: 20 },
      frame(0x30, body),
      packet,
    );
    list.invalid(
      `too-large/by-one/${role}`,
      { version: 5, role, section, maximumPacketSize: 19 },
      frame(0x30, body),
      fault,
    );
    list.invalid(
      `too-large/header-only/${role}`,
      { version: 5, role, section, maximumPacketSize: 100 },
      join([0x30], vbi(99)),
      fault,
    );
    list.invalid(
      `too-large/largest-header/${role}`,
      { version: 5, role, section, maximumPacketSize: 1_048_576 },
      join([0x30], vbi(268_435_455)),
      fault,
    );
    list.valid(
      `too-large/ping-exact/${role}`,
      { version: 5, role, section, maximumPacketSize: 2 },
      frame(role === 'server' ? 0xc0 : 0xd0),
      { type: role === 'server' ? 'pingreq' : 'pingresp' },
    );
  }
}
