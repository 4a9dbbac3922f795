import type { Statement } from '../statement.ts';

/** 5.0, sections 4.12 and 4.13: enhanced authentication, errors. */
export const SECTION_4_12_AND_4_13_OF_5_0: readonly Statement[] = [
  {
    id: 'MQTT-4.12.0-1',
    binds: 'server',
    says: 'A CONNECT with an Authentication Method that the server does not support is refused.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-4.12.0-2',
    binds: 'server',
    says: 'The AUTH by which a server asks for more has Reason Code 0x18.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-4.12.0-3',
    binds: 'client',
    says: 'The AUTH by which a client answers that has Reason Code 0x18.',
    server: { kind: 'other role' },
  },
  {
    id: 'MQTT-4.12.0-4',
    binds: 'server',
    says: 'A server that rejects an authentication closes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-4.12.0-5',
    binds: 'both',
    says: 'After a CONNECT with an Authentication Method every AUTH, and a CONNACK that accepts, names the same.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-4.12.0-6',
    binds: 'server',
    says: 'A client whose CONNECT has no Authentication Method is sent neither AUTH nor a method in CONNACK.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-4.12.0-7',
    binds: 'client',
    says: 'A client whose CONNECT has no Authentication Method sends no AUTH.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-4.12.1-1',
    binds: 'client',
    says: 'A client authenticates itself again by the same method as at first.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-4.12.1-2',
    binds: 'both',
    says: 'When a re-authentication fails, whoever finds that out closes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-4.13.1-1',
    binds: 'server',
    says: 'A server that detects a Malformed Packet or a Protocol Error closes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-4.13.2-1',
    binds: 'both',
    says: 'An error for CONNACK or DISCONNECT ends the connection, whether it is said or not.',
    server: { kind: 'tested' },
  },
];
