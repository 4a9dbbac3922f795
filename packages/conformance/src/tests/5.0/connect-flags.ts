import type { ConformanceTest } from '../../harness/test-definition.ts';
import { ConnectFlag } from '../../wire/connect-frame.ts';
import { binary, bytes, properties, string } from '../../wire/frame.ts';
import { refusedConnects } from './refused-connects.ts';

/** Sections 3.1.2.3 to 3.1.2.9 of 5.0: the Connect Flags, and the fields of the payload that they promise. */
export const CONNECT_FLAGS_TESTS: readonly ConformanceTest[] = [
  refusedConnects({
    id: 'connect/reserved-flag',
    title: 'A CONNECT whose reserved flag is set is refused',
    statements: ['MQTT-3.1.2-3', 'U-3.1.2.3-1'],
    connects: [{ flags: ConnectFlag.cleanStart | ConnectFlag.reserved, payload: [] }],
    lenient: (flags) => flags & ~ConnectFlag.reserved,
  }),
  refusedConnects({
    id: 'connect/will-missing',
    title: 'A CONNECT with the Will Flag but without Will Properties, Will Topic or Will Payload is refused',
    statements: ['MQTT-3.1.2-9'],
    connects: [
      { flags: ConnectFlag.cleanStart | ConnectFlag.will, payload: [] },
      { flags: ConnectFlag.cleanStart | ConnectFlag.will, payload: [properties()] },
      { flags: ConnectFlag.cleanStart | ConnectFlag.will, payload: [properties(), string('skua/will')] },
    ],
    lenient: (flags) => flags & ~ConnectFlag.will,
  }),
  refusedConnects({
    id: 'connect/will-qos-without-will',
    title: 'A CONNECT with a Will QoS but without the Will Flag is refused',
    statements: ['MQTT-3.1.2-11'],
    connects: [ConnectFlag.willQos1, ConnectFlag.willQos2].map((flag) => ({
      flags: ConnectFlag.cleanStart | flag,
      payload: [],
    })),
    lenient: (flags) => flags & ~(ConnectFlag.willQos1 | ConnectFlag.willQos2),
  }),
  refusedConnects({
    id: 'connect/will-qos-3',
    title: 'A CONNECT with Will QoS 3 is refused',
    statements: ['MQTT-3.1.2-12', 'U-3.1.2.6-1'],
    connects: [
      {
        flags: ConnectFlag.cleanStart | ConnectFlag.will | ConnectFlag.willQos1 | ConnectFlag.willQos2,
        payload: [properties(), string('skua/will'), binary(bytes(0x78))],
      },
    ],
    lenient: (flags) => flags & ~ConnectFlag.willQos1,
  }),
  refusedConnects({
    id: 'connect/will-retain-without-will',
    title: 'A CONNECT with Will Retain but without the Will Flag is refused',
    statements: ['MQTT-3.1.2-13'],
    connects: [{ flags: ConnectFlag.cleanStart | ConnectFlag.willRetain, payload: [] }],
    lenient: (flags) => flags & ~ConnectFlag.willRetain,
  }),
  refusedConnects({
    id: 'connect/user-name-without-flag',
    title: 'A CONNECT with a User Name but without its flag is refused',
    statements: ['MQTT-3.1.2-16'],
    connects: [
      { flags: ConnectFlag.cleanStart, payload: [string('name')] },
      { flags: ConnectFlag.cleanStart | ConnectFlag.password, payload: [string('name'), string('word')] },
    ],
    lenient: (flags) => flags | ConnectFlag.userName,
  }),
  refusedConnects({
    id: 'connect/user-name-missing',
    title: 'A CONNECT with the User Name Flag but without a User Name is refused',
    statements: ['MQTT-3.1.2-17'],
    connects: [{ flags: ConnectFlag.cleanStart | ConnectFlag.userName, payload: [] }],
    lenient: (flags) => flags & ~ConnectFlag.userName,
  }),
  refusedConnects({
    id: 'connect/password-without-flag',
    title: 'A CONNECT with a Password but without its flag is refused',
    statements: ['MQTT-3.1.2-18'],
    connects: [{ flags: ConnectFlag.cleanStart | ConnectFlag.userName, payload: [string('name'), string('word')] }],
    lenient: (flags) => flags | ConnectFlag.password,
  }),
  refusedConnects({
    id: 'connect/password-missing',
    title: 'A CONNECT with the Password Flag but without a Password is refused',
    statements: ['MQTT-3.1.2-19'],
    connects: [
      { flags: ConnectFlag.cleanStart | ConnectFlag.password, payload: [] },
      { flags: ConnectFlag.cleanStart | ConnectFlag.userName | ConnectFlag.password, payload: [string('name')] },
    ],
    lenient: (flags) => flags & ~ConnectFlag.password,
  }),
];
