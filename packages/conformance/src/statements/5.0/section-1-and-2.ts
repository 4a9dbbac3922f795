import type { Statement } from '../statement.ts';

/** 5.0, sections 1 and 2. */
export const SECTION_1_AND_2_OF_5_0: readonly Statement[] = [
  {
    id: 'MQTT-1.5.4-1',
    binds: 'both',
    says: 'Strings are well-formed UTF-8; surrogates may not be encoded.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-1.5.4-2',
    binds: 'both',
    says: 'No string contains U+0000.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-1.5.4-3',
    binds: 'both',
    says: 'U+FEFF is a character like any other wherever it stands, and a receiver keeps it.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-1.5.5-1',
    binds: 'both',
    says: 'A Variable Byte Integer takes as few bytes as its value needs.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-1.5.7-1',
    binds: 'both',
    says: 'Name and value of a String Pair both keep to the rules for strings.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-2.1.3-1',
    binds: 'both',
    says: 'Reserved flags of the fixed header have the values that are listed for the packet type.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-2.2.1-2',
    binds: 'both',
    says: 'PUBLISH at QoS 0 has no Packet Identifier.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-2.2.1-3',
    binds: 'client',
    says: 'A client gives each new SUBSCRIBE, UNSUBSCRIBE and PUBLISH above QoS 0 an identifier that is free and not 0.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-2.2.1-4',
    binds: 'server',
    says: 'A server gives each new PUBLISH above QoS 0 a Packet Identifier that is free and not 0.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-2.2.1-5',
    binds: 'both',
    says: 'PUBACK, PUBREC, PUBREL and PUBCOMP carry the Packet Identifier of their PUBLISH.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-2.2.1-6',
    binds: 'server',
    says: 'SUBACK and UNSUBACK carry the Packet Identifier of their SUBSCRIBE or UNSUBSCRIBE.',
    server: { kind: 'tested' },
  },
  {
    id: 'MQTT-2.2.2-1',
    binds: 'both',
    says: 'A packet without properties says so with a Property Length of 0.',
    server: { kind: 'tested' },
  },
];
