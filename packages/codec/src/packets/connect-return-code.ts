// The Connect Return codes of 3.1.1 (section 3.2.2.3 there) and the Reason Codes of 5.0 that mean the same.

import type { ByteReader } from '../byte-reader.ts';
import { refusal } from '../encode-refusal.ts';
import type { ReasonCode } from '../reason-code.ts';

/** Reads a Connect Return code as the Reason Code with the same meaning. */
export function decodeConnectReturnCode(reader: ByteReader): ReasonCode {
  const { position } = reader;
  const returnCode = reader.byte('Return Code');
  const reasonCode = REASON_CODES[returnCode];
  if (reasonCode !== undefined) return reasonCode;
  throw reader.forbidden('Return Code', returnCode, '0 to 5', position, 'v3 MQTT-3.2.2-6');
}

/**
 * The Connect Return code that says best what a Reason Code says. Malformed Packet and Protocol Error have none: 3.1.1
 * wants the connection closed without a CONNACK then [v3 MQTT-3.1.4-1].
 */
export function connectReturnCode(reasonCode: ReasonCode): number {
  const returnCode = RETURN_CODES[reasonCode];
  if (returnCode !== undefined) return returnCode;
  throw refusal('reasonCode', reasonCode, 'those that 3.1.1 knows', 'v3 MQTT-3.2.2-6');
}

/** What return code 0 to 5 says, as a Reason Code. */
const REASON_CODES: readonly ReasonCode[] = [0x00, 0x84, 0x85, 0x88, 0x86, 0x87];

const RETURN_CODES: Readonly<Partial<Record<ReasonCode, number>>> = {
  0x00: 0, // Success
  0x84: 1, // Unsupported Protocol Version
  0x85: 2, // Client Identifier not valid
  0x86: 4, // Bad User Name or Password
  // Server unavailable: the same CONNECT may be accepted later, or by another server.
  0x88: 3, // Server unavailable
  0x80: 3, // Unspecified error
  0x83: 3, // Implementation specific error
  0x89: 3, // Server busy
  0x97: 3, // Quota exceeded
  0x9c: 3, // Use another server
  0x9d: 3, // Server moved
  0x9f: 3, // Connection rate exceeded
  // Not authorized: the server will not have this client, or not what its CONNECT asks for.
  0x87: 5, // Not authorized
  0x8a: 5, // Banned
  0x8c: 5, // Bad authentication method
  0x90: 5, // Topic Name invalid
  0x95: 5, // Packet too large
  0x99: 5, // Payload format invalid
  0x9a: 5, // Retain not supported
  0x9b: 5, // QoS not supported
};
