/** The packets that carry Reason Codes in 5.0. */
export type ReasonCodePacket =
  | 'connack'
  | 'puback'
  | 'pubrec'
  | 'pubrel'
  | 'pubcomp'
  | 'suback'
  | 'unsuback'
  | 'disconnect'
  | 'auth';

const CONNACK = [
  0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b,
  0x9c, 0x9d, 0x9f,
];
const PUBLISH_ANSWER = [0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
const DISCONNECT_BOTH = [0x00, 0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99];
const DISCONNECT_SERVER = [0x87, 0x89, 0x8b, 0x8d, 0x8e, 0x8f, 0x9a, 0x9b, 0x9c, 0x9d, 0x9e, 0x9f, 0xa0, 0xa1, 0xa2];

/** The Reason Codes that a packet may carry by the tables of section 3. */
export interface ReasonCodeRow {
  readonly packet: ReasonCodePacket;
  /** Valid whoever sends the packet. */
  readonly both: readonly number[];
  /** The table says "sent by Server". */
  readonly fromServer: readonly number[];
  /** The table says "sent by Client". */
  readonly fromClient: readonly number[];
  /** Table 2-6 and the table of the packet contradict each other. */
  readonly disputed: readonly number[];
  readonly statement: string;
  readonly section: string;
}

/** Tables 3-1, 3-4 to 3-11. */
export const REASON_CODES: readonly ReasonCodeRow[] = [
  row('connack', CONNACK, 'MQTT-3.2.2-8', '3.2.2.2'),
  row('puback', without(PUBLISH_ANSWER, 0x10), 'MQTT-3.4.2-1', '3.4.2.1', { fromServer: [0x10] }),
  row('pubrec', without(PUBLISH_ANSWER, 0x10), 'MQTT-3.5.2-1', '3.5.2.1', { fromServer: [0x10] }),
  row('pubrel', [0x00, 0x92], 'MQTT-3.6.2-1', '3.6.2.1'),
  row('pubcomp', [0x00, 0x92], 'MQTT-3.7.2-1', '3.7.2.1'),
  row('suback', [0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2], 'MQTT-3.9.3-2', '3.9.3'),
  row('unsuback', [0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91], 'MQTT-3.11.3-2', '3.11.3'),
  // Table 2-6 has 0x8C (Bad authentication method) for DISCONNECT, Table 3-10 has not.
  row('disconnect', DISCONNECT_BOTH, 'MQTT-3.14.2-1', '3.14.2.1', {
    fromServer: DISCONNECT_SERVER,
    fromClient: [0x04],
    disputed: [0x8c],
  }),
  row('auth', [0x18], 'MQTT-3.15.2-1', '3.15.2.1', { fromServer: [0x00], fromClient: [0x19] }),
];

function row(
  packet: ReasonCodePacket,
  both: readonly number[],
  statement: string,
  section: string,
  more: Partial<Pick<ReasonCodeRow, 'fromServer' | 'fromClient' | 'disputed'>> = {},
): ReasonCodeRow {
  return { packet, both, statement, section, fromServer: [], fromClient: [], disputed: [], ...more };
}

function without(codes: readonly number[], code: number): readonly number[] {
  return codes.filter((candidate) => candidate !== code);
}
