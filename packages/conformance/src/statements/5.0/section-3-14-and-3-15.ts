import type { Statement } from '../statement.ts';

/** 5.0, sections 3.14 and 3.15: DISCONNECT, AUTH. */
export const SECTION_3_14_AND_3_15_OF_5_0: readonly Statement[] = [
  {
    id: 'MQTT-3.14.0-1',
    binds: 'server',
    says: 'A server says DISCONNECT only to clients that it has accepted.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.14.1-1',
    binds: 'both',
    says: 'The reserved bits of DISCONNECT are checked; with any set it is malformed.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.14.2-1',
    binds: 'both',
    says: 'The Reason Code of DISCONNECT is one of those that DISCONNECT may have.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.14.2-2',
    binds: 'server',
    says: 'The DISCONNECT of a server has no Session Expiry Interval.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.14.2-3',
    binds: 'both',
    says: 'DISCONNECT has no Reason String that makes it larger than its receiver takes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.14.2-4',
    binds: 'both',
    says: 'DISCONNECT has no User Properties that make it larger than its receiver takes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.14.4-1',
    binds: 'both',
    says: 'Nothing follows DISCONNECT.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.14.4-2',
    binds: 'both',
    says: 'Whoever sends DISCONNECT closes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.14.4-3',
    binds: 'server',
    says: 'DISCONNECT with Reason Code 0x00 has the server discard the will.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.15.1-1',
    binds: 'both',
    says: 'The flags of AUTH are 0; with any others it is malformed and the receiver closes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.15.2-1',
    binds: 'both',
    says: 'The Reason Code of AUTH is one of those that AUTH may have.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.15.2-2',
    binds: 'both',
    says: 'AUTH has no Reason String that makes it larger than its receiver takes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.15.2-3',
    binds: 'both',
    says: 'AUTH has no User Properties that make it larger than its receiver takes.',
    server: { kind: 'tested' },
  },
];
