import type { ConformanceTest } from '../../harness/test-definition.ts';
import { ConnectFlag } from '../../wire/connect-frame.ts';
import { binary, bytes, string } from '../../wire/frame.ts';
import { refusedConnects } from '../5.0/refused-connects.ts';
import { WILL } from './connection-fixture.ts';

const { cleanStart, reserved, will, willQos1, willQos2, willRetain, userName, password } = ConnectFlag;

/** Sections 3.1.2.3 to 3.1.2.9 of 3.1.1: the Connect Flags, and the fields of the payload that they promise. */
export const CONNECT_FLAGS_TESTS_3: readonly ConformanceTest[] = [
  refusedConnects({
    id: 'v3/connect/reserved-flag',
    title: 'A CONNECT whose reserved flag is set is refused',
    statements: ['v3 MQTT-3.1.2-3'],
    version: 4,
    connects: [{ flags: cleanStart | reserved, payload: [] }],
    lenient: (flags) => flags & ~reserved,
  }),
  refusedConnects({
    id: 'v3/connect/will-missing',
    title: 'A CONNECT with the Will Flag but without Will Topic or Will Message is refused',
    statements: ['v3 MQTT-3.1.2-9'],
    version: 4,
    connects: [
      { flags: WILL, payload: [] },
      { flags: WILL, payload: [string('skua/will')] },
    ],
    lenient: (flags) => flags & ~will,
  }),
  refusedConnects({
    id: 'v3/connect/will-without-flag',
    title: 'A CONNECT with anything of a will but without the Will Flag is refused',
    statements: ['v3 MQTT-3.1.2-11'],
    version: 4,
    connects: [
      { flags: cleanStart | willQos1, payload: [] },
      { flags: cleanStart | willRetain, payload: [] },
      { flags: cleanStart, payload: [string('skua/will'), binary(bytes(0x78))] },
    ],
    lenient: (flags) => flags & ~(willQos1 | willRetain),
  }),
  refusedConnects({
    id: 'v3/connect/will-qos-without-will',
    title: 'A CONNECT with a Will QoS but without the Will Flag is refused',
    statements: ['v3 MQTT-3.1.2-13'],
    version: 4,
    connects: [willQos1, willQos2].map((flag) => ({ flags: cleanStart | flag, payload: [] })),
    lenient: (flags) => flags & ~(willQos1 | willQos2),
  }),
  refusedConnects({
    id: 'v3/connect/will-qos-3',
    title: 'A CONNECT with Will QoS 3 is refused',
    statements: ['v3 MQTT-3.1.2-14'],
    version: 4,
    connects: [{ flags: WILL | willQos1 | willQos2, payload: [string('skua/will'), binary(bytes(0x78))] }],
    lenient: (flags) => flags & ~willQos1,
  }),
  refusedConnects({
    id: 'v3/connect/will-retain-without-will',
    title: 'A CONNECT with Will Retain but without the Will Flag is refused',
    statements: ['v3 MQTT-3.1.2-15'],
    version: 4,
    connects: [{ flags: cleanStart | willRetain, payload: [] }],
    lenient: (flags) => flags & ~willRetain,
  }),
  refusedConnects({
    id: 'v3/connect/user-name-without-flag',
    title: 'A CONNECT with a User Name but without its flag is refused',
    statements: ['v3 MQTT-3.1.2-18'],
    version: 4,
    connects: [{ flags: cleanStart, payload: [string('name')] }],
    lenient: (flags) => flags | userName,
  }),
  refusedConnects({
    id: 'v3/connect/user-name-missing',
    title: 'A CONNECT with the User Name Flag but without a User Name is refused',
    statements: ['v3 MQTT-3.1.2-19'],
    version: 4,
    connects: [{ flags: cleanStart | userName, payload: [] }],
    lenient: (flags) => flags & ~userName,
  }),
  refusedConnects({
    id: 'v3/connect/password-without-flag',
    title: 'A CONNECT with a Password but without its flag is refused',
    statements: ['v3 MQTT-3.1.2-20'],
    version: 4,
    connects: [{ flags: cleanStart | userName, payload: [string('name'), string('word')] }],
    lenient: (flags) => flags | password,
  }),
  refusedConnects({
    id: 'v3/connect/password-missing',
    title: 'A CONNECT with the Password Flag but without a Password is refused',
    statements: ['v3 MQTT-3.1.2-21'],
    version: 4,
    connects: [{ flags: cleanStart | userName | password, payload: [string('name')] }],
    lenient: (flags) => flags & ~password,
  }),
  refusedConnects({
    id: 'v3/connect/password-without-user-name',
    title: 'A CONNECT with the Password Flag but without the User Name Flag is refused',
    statements: ['v3 MQTT-3.1.2-22'],
    version: 4,
    connects: [{ flags: cleanStart | password, payload: [string('word')] }],
    // As 5.0 would have it.
    lenient: (flags) => (flags & password ? (flags & ~password) | userName : flags),
  }),
];
