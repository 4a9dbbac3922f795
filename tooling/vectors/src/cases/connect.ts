import { join, str, type Bytes } from '../bytes.ts';
import { CaseList, type CaseContext } from '../case-list.ts';
import {
  malformed,
  optional,
  protocolError,
  refused,
  UNPARSABLE_CONNECT,
  VIOLATION_CONNECT,
  type Fault,
} from '../fault.ts';
import type { VectorVersion } from '../vector.ts';
import { connectBytes, connectPacket, willPacket } from './connect-bytes.ts';

/** CONNECT, field by field, for 3.1, 3.1.1 and 5.0 (section 3.1). */
export function connectCases(): CaseList {
  const list = new CaseList('connect');
  protocolNames(list);
  for (const version of [3, 4, 5] as const) {
    flags(list, version);
    keepAlive(list, version);
    clientIdentifier(list, version);
    credentials(list, version);
    trailing(list, version);
  }
  authenticationData(list);
  return list;
}

function at(version: VectorVersion, section: string): CaseContext {
  return { version, role: 'server', section };
}

/** The fault by version: the rule of 5.0, or the one of 3.1.1, which also stands for 3.1. */
function either(version: VectorVersion, five: Fault, three: readonly string[], codes: readonly number[] = []): Fault {
  return version === 5 ? five : refused([...three, ...VIOLATION_CONNECT], codes);
}

function protocolNames(list: CaseList): void {
  const wrongName = refused(['MQTT-3.1.2-1', 'v3 MQTT-3.1.2-1'], [0x84]);
  const wrongLevel = refused(['MQTT-3.1.2-2', 'v3 MQTT-3.1.2-2'], [0x84]);
  const names: readonly (readonly [string, string | Bytes])[] = [
    ['empty', ''],
    ['lower-case', 'mqtt'],
    ['short', 'MQT'],
    ['long', 'MQTTT'],
    ['trailing-space', 'MQTT '],
    ['bom', '\uFEFFMQTT'],
    ['http', 'HTTP'],
    ['mqisdp', 'MQIsdp'],
  ];
  for (const [label, name] of names) {
    // A server that knows 3.1 may see a right name with a level that does not belong to it.
    const fault = label === 'mqisdp' ? refused([...wrongName.statements, ...wrongLevel.statements], [0x84]) : wrongName;
    list.invalid(`protocol-name-${label}`, at(5, '3.1.2.1'), connectBytes(5, { name }), fault);
    if (label !== 'mqisdp')
      list.invalid(`protocol-name-${label}`, at(4, '3.1.2.1'), connectBytes(4, { name }), wrongName);
    if (label !== 'mqisdp')
      list.invalid(`protocol-name-${label}`, at(3, '3.1.2.1'), connectBytes(3, { name }), wrongName);
  }
  list.invalid(
    'protocol-name-mqtt',
    at(3, '3.1.2.1'),
    connectBytes(3, { name: 'MQTT' }),
    refused([...wrongLevel.statements, ...wrongName.statements], [0x84]),
  );
  list.invalid(
    'protocol-name-mqisdp',
    at(4, '3.1.2.1'),
    connectBytes(4, { name: 'MQIsdp' }),
    refused([...wrongName.statements, ...wrongLevel.statements], [0x84]),
  );
  for (const level of [0, 1, 2, 6, 0x45, 0x83, 0x84, 0x85, 0xff]) {
    list.invalid(`protocol-version-${level}`, at(5, '3.1.2.2'), connectBytes(5, { level }), wrongLevel);
    list.invalid(`protocol-version-${level}`, at(4, '3.1.2.2'), connectBytes(4, { level }), wrongLevel);
  }
}

/** All 256 values of the Connect Flags, with the fields that they announce. */
function flags(list: CaseList, version: VectorVersion): void {
  for (let value = 0; value < 256; value += 1) {
    const bit = (index: number): boolean => (value & (1 << index)) !== 0;
    const qos = (value >> 3) & 3;
    const name = `flags-${value.toString(2).padStart(8, '0')}`;
    const bytes = connectBytes(version, {
      flags: value,
      ...(bit(2) ? { will: {} } : {}),
      ...(bit(7) ? { userName: 'user' } : {}),
      ...(bit(6) ? { password: [0x70, 0x77] } : {}),
    });
    const fault = flagFault(version, value);
    if (fault === undefined) {
      const packet = connectPacket(version, {
        cleanStart: bit(1),
        ...(bit(2) ? willPacket({ qos, retain: bit(5) }) : {}),
        ...(bit(7) ? { userName: 'user' } : {}),
        ...(bit(6) ? { password: '7077' } : {}),
      });
      // 3.1 calls a password without a user name "not valid" in a sentence that not all readers enforce.
      if (version === 3 && bit(6) && !bit(7)) {
        list.invalid(
          name,
          at(version, '3.1.2.9'),
          bytes,
          optional(refused(['v3 MQTT-3.1.2-22', ...VIOLATION_CONNECT]), packet),
        );
      } else {
        list.valid(name, at(version, '3.1.2.3'), bytes, packet);
      }
    } else {
      list.invalid(name, at(version, fault[0]), bytes, fault[1]);
    }
  }
}

/** Everything that is wrong with that value of the Connect Flags: a receiver may name any of it. */
function flagFault(version: VectorVersion, value: number): readonly [section: string, Fault] | undefined {
  const bit = (index: number): boolean => (value & (1 << index)) !== 0;
  const five = version === 5;
  const qos = (value >> 3) & 3;
  const reserved = bit(0) ? [five ? ['MQTT-3.1.2-3', 'U-3.1.2.3-1'] : ['v3 MQTT-3.1.2-3']] : [];
  const qos3 = bit(2) && qos === 3 ? [five ? ['MQTT-3.1.2-12', 'U-3.1.2.6-1'] : ['v3 MQTT-3.1.2-14']] : [];
  const noWillQos = !bit(2) && qos !== 0 ? [five ? ['MQTT-3.1.2-11'] : ['v3 MQTT-3.1.2-13', 'v3 MQTT-3.1.2-11']] : [];
  const noWillRetain = !bit(2) && bit(5) ? [five ? ['MQTT-3.1.2-13'] : ['v3 MQTT-3.1.2-15', 'v3 MQTT-3.1.2-11']] : [];
  const password = version === 4 && bit(6) && !bit(7) ? [['v3 MQTT-3.1.2-22']] : [];
  const all = [...reserved, ...qos3, ...noWillQos, ...noWillRetain, ...password].flat();
  if (all.length === 0) return undefined;
  const onlyMalformed = five && noWillQos.length + noWillRetain.length === 0;
  const section = reserved.length > 0 ? '3.1.2.3' : password.length === 1 && all.length === 1 ? '3.1.2.9' : '3.1.2.6';
  return [section, onlyMalformed ? malformed(all) : refused(all)];
}

function keepAlive(list: CaseList, version: VectorVersion): void {
  for (const seconds of [0, 1, 255, 256, 65_535]) {
    list.valid(
      `keep-alive-${seconds}`,
      at(version, '3.1.2.10'),
      connectBytes(version, { keepAlive: seconds }),
      connectPacket(version, { keepAlive: seconds }),
    );
  }
}

function clientIdentifier(list: CaseList, version: VectorVersion): void {
  const section = '3.1.3.1';
  for (const text of ['a', '0123456789abcdefghijklm', 'ÄÖ 😀', '$share', 'a/b', '#']) {
    list.valid(
      `client-identifier-${text.length}-${text.codePointAt(0)?.toString(16) ?? ''}`,
      at(version, section),
      connectBytes(version, { clientIdentifier: text }),
      connectPacket(version, { clientIdentifier: text }),
    );
  }
  const long = 'x'.repeat(200);
  const longPacket = connectPacket(version, { clientIdentifier: long });
  const longBytes = connectBytes(version, { clientIdentifier: long });
  // 3.1 allows 1 to 23 characters; the later versions allow more where the server does.
  const tooLong = optional(refused(VIOLATION_CONNECT, [0x85]), longPacket);
  if (version === 3) list.invalid('client-identifier-long', at(3, section), longBytes, tooLong);
  else list.valid('client-identifier-long', at(version, section), longBytes, longPacket);

  const empty = connectBytes(version, { clientIdentifier: '' });
  const emptyPacket = connectPacket(version, { clientIdentifier: '' });
  const rejected = refused(['v3 MQTT-3.1.3-8', 'v3 MQTT-3.1.3-7', ...VIOLATION_CONNECT], [0x85]);
  if (version === 3) list.invalid('client-identifier-empty', at(3, section), empty, optional(rejected, emptyPacket));
  else list.valid('client-identifier-empty', at(version, section), empty, emptyPacket);

  // 3.1.1 wants CONNACK 0x02 for it, which a codec may leave to the server or answer itself with 0x85.
  const kept = connectBytes(version, { clientIdentifier: '', flags: 0 });
  const keptPacket = connectPacket(version, { clientIdentifier: '', cleanStart: false });
  if (version === 5) list.valid('client-identifier-empty-kept', at(5, section), kept, keptPacket);
  else list.invalid('client-identifier-empty-kept', at(version, section), kept, optional(rejected, keptPacket));

  const absent = either(version, malformed(['MQTT-3.1.3-3', ...UNPARSABLE_CONNECT]), ['v3 MQTT-3.1.3-3']);
  const whole = connectBytes(version, {});
  const header = [0x10, (whole[1] ?? 0) - 4, ...whole.slice(2, -4)];
  list.invalid('client-identifier-absent', at(version, section), header, absent);
}

function credentials(list: CaseList, version: VectorVersion): void {
  const five = version === 5;
  const cases: readonly (readonly [string, number, string | undefined, Bytes | undefined])[] = [
    ['user-name-empty', 0x82, '', undefined],
    ['password-empty', 0xc2, 'u', []],
    ['password-binary', 0xc2, 'u', [0, 0xff, 0xc0, 0x80]],
    ['user-name-unicode', 0x82, 'Übung 😀', undefined],
  ];
  for (const [name, bits, userName, password] of cases) {
    list.valid(
      name,
      at(version, '3.1.3.5'),
      connectBytes(version, {
        flags: bits,
        ...(userName === undefined ? {} : { userName }),
        ...(password === undefined ? {} : { password }),
      }),
      connectPacket(version, {
        ...(userName === undefined ? {} : { userName }),
        ...(password === undefined
          ? {}
          : { password: password.map((byte) => byte.toString(16).padStart(2, '0')).join('') }),
      }),
    );
  }
  const absent = (id: string, old: string): Fault => either(version, malformed([id, ...UNPARSABLE_CONNECT]), [old]);
  const present = (id: string, old: string): Fault =>
    either(version, malformed([id, 'MQTT-3.1.3-1', ...UNPARSABLE_CONNECT]), [old, 'v3 MQTT-3.1.3-1']);
  list.invalid(
    'user-name-absent',
    at(version, '3.1.2.8'),
    connectBytes(version, { flags: 0x82 }),
    absent('MQTT-3.1.2-17', 'v3 MQTT-3.1.2-19'),
  );
  list.invalid(
    'user-name-present',
    at(version, '3.1.2.8'),
    connectBytes(version, { userName: 'user' }),
    present('MQTT-3.1.2-16', 'v3 MQTT-3.1.2-18'),
  );
  list.invalid(
    'password-absent',
    at(version, '3.1.2.9'),
    connectBytes(version, { flags: 0xc2, userName: 'user' }),
    absent('MQTT-3.1.2-19', 'v3 MQTT-3.1.2-21'),
  );
  list.invalid(
    'password-present',
    at(version, '3.1.2.9'),
    connectBytes(version, { flags: 0x82, userName: 'user', password: [1] }),
    present('MQTT-3.1.2-18', 'v3 MQTT-3.1.2-20'),
  );
  list.invalid(
    'will-absent',
    at(version, '3.1.2.5'),
    connectBytes(version, { flags: 0x06 }),
    absent('MQTT-3.1.2-9', 'v3 MQTT-3.1.2-9'),
  );
  list.invalid(
    'will-payload-absent',
    at(version, '3.1.2.5'),
    connectBytes(version, { flags: 0x06, rest: five ? join([0], str('w/t')) : str('w/t') }),
    absent('MQTT-3.1.2-9', 'v3 MQTT-3.1.2-9'),
  );
  list.invalid(
    'will-present',
    at(version, '3.1.2.5'),
    connectBytes(version, { will: {} }),
    either(version, malformed(['MQTT-3.1.3-1', ...UNPARSABLE_CONNECT]), ['v3 MQTT-3.1.2-11', 'v3 MQTT-3.1.3-1']),
  );
}

function trailing(list: CaseList, version: VectorVersion): void {
  const fault = either(version, malformed(['MQTT-3.1.3-1', 'MQTT-3.1.2-16', 'MQTT-3.1.2-18', ...UNPARSABLE_CONNECT]), [
    'v3 MQTT-3.1.3-1',
    'v3 MQTT-3.1.2-18',
    'v3 MQTT-3.1.2-20',
    'v3 MQTT-3.1.2-11',
  ]);
  list.invalid('trailing-byte', at(version, '3.1.3'), connectBytes(version, { rest: [0] }), fault);
  list.invalid('trailing-empty-string', at(version, '3.1.3'), connectBytes(version, { rest: [0, 0] }), fault);
  const full = { flags: 0xc6, will: {}, userName: 'u', password: [1] };
  list.invalid(
    'trailing-byte-after-password',
    at(version, '3.1.3'),
    connectBytes(version, { ...full, rest: [0] }),
    fault,
  );
}

function authenticationData(list: CaseList): void {
  const data: Bytes = [0x05, 0x16, 0, 2, 1, 2];
  list.invalid(
    'authentication-data-without-method',
    at(5, '3.1.2.11.10'),
    connectBytes(5, { set: data }),
    protocolError(['U-3.1.2.11.10-1']),
  );
}
