import type { Statement } from '../statement.ts';

/** 5.0, sections 3.4 to 3.7: PUBACK, PUBREC, PUBREL, PUBCOMP. */
export const SECTION_3_4_TO_3_7_OF_5_0: readonly Statement[] = [
  {
    id: 'MQTT-3.4.2-1',
    binds: 'both',
    says: 'The Reason Code of PUBACK is one of those that PUBACK may have.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.4.2-2',
    binds: 'both',
    says: 'PUBACK has no Reason String that makes it larger than its receiver takes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.4.2-3',
    binds: 'both',
    says: 'PUBACK has no User Properties that make it larger than its receiver takes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.5.2-1',
    binds: 'both',
    says: 'The Reason Code of PUBREC is one of those that PUBREC may have.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.5.2-2',
    binds: 'both',
    says: 'PUBREC has no Reason String that makes it larger than its receiver takes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.5.2-3',
    binds: 'both',
    says: 'PUBREC has no User Properties that make it larger than its receiver takes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.6.1-1',
    binds: 'both',
    says: 'The flags of PUBREL are 0010; with any others it is malformed and the server closes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.6.2-1',
    binds: 'both',
    says: 'The Reason Code of PUBREL is one of those that PUBREL may have.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.6.2-2',
    binds: 'both',
    says: 'PUBREL has no Reason String that makes it larger than its receiver takes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.6.2-3',
    binds: 'both',
    says: 'PUBREL has no User Properties that make it larger than its receiver takes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.7.2-1',
    binds: 'both',
    says: 'The Reason Code of PUBCOMP is one of those that PUBCOMP may have.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.7.2-2',
    binds: 'both',
    says: 'PUBCOMP has no Reason String that makes it larger than its receiver takes.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-3.7.2-3',
    binds: 'both',
    says: 'PUBCOMP has no User Properties that make it larger than its receiver takes.',
    server: { kind: 'tested' },
  },
];
