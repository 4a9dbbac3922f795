import type { Statement } from '../statement.ts';

/** 5.0, section 3.2: CONNACK. */
export const SECTION_3_2_OF_5_0: readonly Statement[] = [
  {
    id: 'MQTT-3.2.0-1',
    binds: 'server',
    says: 'Before CONNACK with Success the server sends nothing but AUTH.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.0-2',
    binds: 'server',
    says: 'A connection gets one CONNACK at most.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-1',
    binds: 'server',
    says: 'The reserved bits of the Connect Acknowledge Flags are 0.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-2',
    binds: 'server',
    says: 'A connection accepted with Clean Start has Session Present 0 and Success.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-3',
    binds: 'server',
    says: 'A connection accepted without Clean Start has Success, and Session Present 1 if and only if there was a session.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-4',
    binds: 'client',
    says: 'A client that has no session closes when it is told that the server has one.',
    server: { kind: 'other role' },
  },
  {
    id: 'MQTT-3.2.2-5',
    binds: 'client',
    says: 'A client discards its session when it stays although the server has none.',
    server: { kind: 'other role' },
  },
  {
    id: 'MQTT-3.2.2-6',
    binds: 'server',
    says: 'A CONNACK that is not Success has Session Present 0.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-7',
    binds: 'server',
    says: 'After a CONNACK with an error the server closes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-8',
    binds: 'server',
    says: 'The Reason Code of CONNACK is one of the Connect Reason Codes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-9',
    binds: 'server',
    says: 'A server that does not take QoS 1 or 2 says so by Maximum QoS.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-10',
    binds: 'server',
    says: 'Such a server accepts subscriptions of every QoS nevertheless.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-11',
    binds: 'client',
    says: 'A client publishes at no QoS above the Maximum QoS of the server.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-12',
    binds: 'server',
    says: 'A CONNECT whose Will QoS is more than the server can do is refused.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-13',
    binds: 'server',
    says: 'A CONNECT with Will Retain is refused by a server without retained messages.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-14',
    binds: 'client',
    says: 'A client sets no RETAIN towards a server without retained messages.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-15',
    binds: 'client',
    says: 'A client sends no packet above the Maximum Packet Size of the server.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-16',
    binds: 'server',
    says: 'A client that connects without Client Identifier is told the new one that it was assigned.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-17',
    binds: 'client',
    says: 'A client uses no Topic Alias above the Topic Alias Maximum of the server.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-18',
    binds: 'client',
    says: 'A client uses no Topic Alias at all where the server announced none or 0.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-19',
    binds: 'server',
    says: 'CONNACK has no Reason String that makes it larger than the client takes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-20',
    binds: 'server',
    says: 'CONNACK has no User Properties that make it larger than the client takes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.2.2-21',
    binds: 'client',
    says: 'A client keeps to the Server Keep Alive instead of its own.',
    server: { kind: 'other role' },
  },
  {
    id: 'MQTT-3.2.2-22',
    binds: 'server',
    says: 'Without Server Keep Alive the server holds to the Keep Alive of CONNECT.',
    server: { kind: 'tested' },
  },
];
