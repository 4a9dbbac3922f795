import {
  AUTH,
  CONNACK,
  CONNECT,
  DISCONNECT,
  PINGREQ,
  PINGRESP,
  PUBLISH,
  PUBREL,
  SUBACK,
  SUBSCRIBE,
  UNSUBACK,
  UNSUBSCRIBE,
} from './packet-type.ts';
import type { ByteReader } from './byte-reader.ts';
import { cite, type WireFormat } from './packets/wire-format.ts';

/**
 * Judges the first byte of a packet, which tells type and flags: the type must exist in this version, be one that the
 * peer may send (Table 2-1), and have the flags of Table 2-2. The flags of PUBLISH are judged by its decoder.
 *
 * `format` is undefined for a server that has seen no CONNECT yet. `reader.start` is where the byte is.
 */
export function checkFirstByte(first: number, reader: ByteReader, format: WireFormat | undefined): void {
  const { role, start } = reader;
  const { hasProperties, isOldest, statements } = reader.format;
  const type = first >> 4;
  if (format === undefined && role === 'server' && type !== CONNECT) {
    throw reader.forbidden(FIELD, type, 'CONNECT at first', start, 'MQTT-3.1.0-1');
  }
  if (type === 0 || (type === AUTH && !hasProperties)) {
    throw reader.malformed(FIELD, type, 'those of this version', start, statements.unreadable);
  }
  const wrongWay = role === 'server' ? FROM_SERVER : hasProperties ? FROM_CLIENT : FROM_CLIENT_BEFORE_5;
  if (((wrongWay >> type) & 1) === 1) {
    throw reader.forbidden(FIELD, type, `those for a ${role}`, start, statements.unreadable);
  }
  if (type === PUBLISH) return;
  const flags = first & 0x0f;
  const isRequest = (REQUESTS >> type) & 1;
  const expected = isRequest * 2;
  // In 3.1 a PUBREL, SUBSCRIBE or UNSUBSCRIBE that is sent again has DUP set.
  if (flags === expected || (isRequest === 1 && flags === 0xa && isOldest)) return;
  throw reader.malformed('Flags', flags, expected, start, flagsStatement(type, reader.format));
}

// [U-2.1.3-1] speaks of all packets; these have a statement of their own, numbered alike in both versions:
// [MQTT-3.6.1-1], [MQTT-3.8.1-1], [MQTT-3.10.1-1], [MQTT-3.14.1-1], [MQTT-3.15.1-1].
function flagsStatement(type: number, format: WireFormat): string {
  return type >= DISCONNECT || ((REQUESTS >> type) & 1) === 1
    ? cite(format, `MQTT-3.${type}.1-1`, `v3 MQTT-3.${type}.1-1`)
    : cite(format, 'MQTT-2.1.3-1', 'v3 MQTT-2.2.2-2');
}

const FIELD = 'Packet Type';
// Sets of packet types: the bit of each is set.
/** Those whose flags are 0010. */
const REQUESTS: number = (1 << PUBREL) | (1 << SUBSCRIBE) | (1 << UNSUBSCRIBE);
const FROM_CLIENT: number = (1 << CONNECT) | (1 << SUBSCRIBE) | (1 << UNSUBSCRIBE) | (1 << PINGREQ);
/** In 3.1.1 a DISCONNECT flows from client to server only; 5.0 lets both sides send it. */
const FROM_CLIENT_BEFORE_5: number = FROM_CLIENT | (1 << DISCONNECT);
const FROM_SERVER: number = (1 << CONNACK) | (1 << SUBACK) | (1 << UNSUBACK) | (1 << PINGRESP);
