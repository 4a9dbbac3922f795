import type { Statement } from '../statement.ts';

/** 3.1.1, sections 1 and 2. */
export const SECTIONS_1_AND_2_OF_3_1_1: readonly Statement[] = [
  {
    id: 'v3 MQTT-1.5.3-1',
    binds: 'both',
    says: 'Strings are well-formed UTF-8 without surrogates; whoever receives others closes the connection.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-1.5.3-2',
    binds: 'both',
    says: 'A string does not contain U+0000; whoever receives one closes the connection.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-1.5.3-3',
    binds: 'both',
    says: 'U+FEFF is a character like others in a string and is neither skipped nor stripped.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-2.2.2-1',
    binds: 'both',
    says: 'Reserved flags in the fixed header have the values listed for their packet type.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-2.2.2-2',
    binds: 'both',
    says: 'A packet with wrong flags in its fixed header ends the connection.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-2.3.1-1',
    binds: 'both',
    says: 'SUBSCRIBE, UNSUBSCRIBE and PUBLISH above QoS 0 carry a Packet Identifier that is not 0.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-2.3.1-2',
    binds: 'client',
    says: 'A client gives each new packet of these types a Packet Identifier that is not in use.',
    server: { kind: 'other role' },
  },
  {
    id: 'v3 MQTT-2.3.1-3',
    binds: 'client',
    says: 'A client that sends a packet again keeps its Packet Identifier, which is free after the acknowledgement.',
    server: { kind: 'other role' },
  },
  {
    id: 'v3 MQTT-2.3.1-4',
    binds: 'server',
    says: 'The same holds for a server that sends PUBLISH above QoS 0.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-2.3.1-5',
    binds: 'both',
    says: 'A PUBLISH at QoS 0 has no Packet Identifier.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-2.3.1-6',
    binds: 'both',
    says: 'PUBACK, PUBREC and PUBREL carry the Packet Identifier of their PUBLISH.',
    server: { kind: 'tested' },
  },
  {
    id: 'v3 MQTT-2.3.1-7',
    binds: 'server',
    says: 'SUBACK and UNSUBACK carry the Packet Identifier of what they answer.',
    server: { kind: 'tested' },
  },
];
