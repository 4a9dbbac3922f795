import type { ByteReader } from './byte-reader.ts';
import { cite, type WireFormat } from './packets/wire-format.ts';

/**
 * Judges the first byte of a packet, which tells type and flags: the type must exist in this version, be one that the
 * peer may send (Table 2-1), and have the flags of Table 2-2. The flags of PUBLISH are judged by its decoder.
 *
 * `format` is undefined for a server that has seen no CONNECT yet. `reader.start` is where the byte is.
 */
export function checkFirstByte(first: number, reader: ByteReader, format: WireFormat | undefined): void {
  const rule = RULES[first >> 4]!;
  if (format === undefined && reader.role === 'server' && rule.name !== 'CONNECT') {
    const message = `the first packet is ${rule.name}; allowed: CONNECT`;
    throw reader.forbidden(message, reader.start, 'MQTT-3.1.0-1');
  }
  const { unreadable } = reader.format.statements;
  if (rule.sentBy === 0 || (rule.name === 'AUTH' && !reader.format.hasProperties)) {
    throw reader.malformed(`packet type ${first >> 4} does not exist in this version`, reader.start, unreadable);
  }
  if ((rule.sentBy & (reader.role === 'server' ? CLIENT : SERVER)) === 0) {
    throw reader.forbidden(`${rule.name} is not for a ${reader.role}`, reader.start, unreadable);
  }
  const flags = first & 0x0f;
  if (rule.flags === undefined || flags === rule.flags) return;
  // In 3.1 a PUBREL, SUBSCRIBE or UNSUBSCRIBE that is sent again has DUP set.
  if (flags === (rule.flags | 0x08) && rule.flags !== 0 && reader.format.hasDupOnRequests) return;
  // [U-2.1.3-1]
  const statement = cite(reader.format, rule.v5 ?? 'MQTT-2.1.3-1', rule.v3 ?? 'v3 MQTT-2.2.2-2');
  throw reader.malformed(`the flags of ${rule.name} are ${flags}; allowed: ${rule.flags}`, reader.start, statement);
}

interface FirstByteRule {
  readonly name: string;
  /** Who may send it, as bits; 0 for a type that does not exist. */
  readonly sentBy: number;
  /** The four low bits; undefined when they carry something. */
  readonly flags?: number;
  /** The statements of 5.0 and 3.1.1 about the flags, where the packet has one of its own. */
  readonly v5?: string;
  readonly v3?: string;
}

const CLIENT = 1;
const SERVER = 2;
const BOTH = 3;

const RULES: readonly FirstByteRule[] = [
  { name: 'a reserved packet type', sentBy: 0 },
  { name: 'CONNECT', sentBy: CLIENT, flags: 0 },
  { name: 'CONNACK', sentBy: SERVER, flags: 0 },
  { name: 'PUBLISH', sentBy: BOTH },
  { name: 'PUBACK', sentBy: BOTH, flags: 0 },
  { name: 'PUBREC', sentBy: BOTH, flags: 0 },
  { name: 'PUBREL', sentBy: BOTH, flags: 2, v5: 'MQTT-3.6.1-1', v3: 'v3 MQTT-3.6.1-1' },
  { name: 'PUBCOMP', sentBy: BOTH, flags: 0 },
  { name: 'SUBSCRIBE', sentBy: CLIENT, flags: 2, v5: 'MQTT-3.8.1-1', v3: 'v3 MQTT-3.8.1-1' },
  { name: 'SUBACK', sentBy: SERVER, flags: 0 },
  { name: 'UNSUBSCRIBE', sentBy: CLIENT, flags: 2, v5: 'MQTT-3.10.1-1', v3: 'v3 MQTT-3.10.1-1' },
  { name: 'UNSUBACK', sentBy: SERVER, flags: 0 },
  { name: 'PINGREQ', sentBy: CLIENT, flags: 0 },
  { name: 'PINGRESP', sentBy: SERVER, flags: 0 },
  { name: 'DISCONNECT', sentBy: BOTH, flags: 0, v5: 'MQTT-3.14.1-1', v3: 'v3 MQTT-3.14.1-1' },
  { name: 'AUTH', sentBy: BOTH, flags: 0, v5: 'MQTT-3.15.1-1' },
];
