// Which packets may carry which Reason Code, and who may send it there: Table 2-6 and the tables of sections 3.2.2.2,
// 3.4.2.1, 3.9.3, 3.11.3, 3.14.2.1 and 3.15.2.1, whose column "Sent by" is why some uses are two bits, one for each side.

import type { ReasonCode } from './reason-code.ts';

/** The places for a Reason Code, as bits. Where the two sides may send different codes there is a bit for each. */
export const ReasonCodeUse = {
  connack: 0x001,
  /** PUBACK and PUBREC, which carry the same codes, from a client. */
  pubackClient: 0x002,
  /** The same from a server. */
  pubackServer: 0x004,
  puback: 0x006,
  /** PUBREL and PUBCOMP, which carry the same codes. */
  pubrel: 0x008,
  suback: 0x010,
  unsuback: 0x020,
  disconnectClient: 0x040,
  disconnectServer: 0x080,
  disconnect: 0x0c0,
  authClient: 0x100,
  authServer: 0x200,
  auth: 0x300,
} as const;

/** Whether a Reason Code may stand in a place: a {@link ReasonCodeUse}, or several for "any of them". */
export function isReasonCodeFor(reasonCode: number, use: number): reasonCode is ReasonCode {
  return ((USES[reasonCode] ?? 0) & use) !== 0;
}

const {
  connack,
  pubackServer,
  puback,
  pubrel,
  suback,
  unsuback,
  disconnectClient,
  disconnectServer,
  disconnect,
  authClient,
  authServer,
  auth,
} = ReasonCodeUse;

const USES: Readonly<Record<number, number>> = {
  0x00: connack | puback | pubrel | suback | unsuback | disconnect | authServer,
  0x01: suback,
  0x02: suback,
  0x04: disconnectClient,
  0x10: pubackServer,
  0x11: unsuback,
  0x18: auth,
  0x19: authClient,
  0x80: connack | puback | suback | unsuback | disconnect,
  0x81: connack | disconnect,
  0x82: connack | disconnect,
  0x83: connack | puback | suback | unsuback | disconnect,
  0x84: connack,
  0x85: connack,
  0x86: connack,
  0x87: connack | puback | suback | unsuback | disconnectServer,
  0x88: connack,
  0x89: connack | disconnectServer,
  0x8a: connack,
  0x8b: disconnectServer,
  0x8c: connack | disconnect, // Table 2-6 has it in DISCONNECT, Table 3-10 leaves it out
  0x8d: disconnectServer,
  0x8e: disconnectServer,
  0x8f: suback | unsuback | disconnectServer,
  0x90: connack | puback | disconnect,
  0x91: puback | suback | unsuback,
  0x92: pubrel,
  0x93: disconnect,
  0x94: disconnect,
  0x95: connack | disconnect,
  0x96: disconnect,
  0x97: connack | puback | suback | disconnect,
  0x98: disconnect,
  0x99: connack | puback | disconnect,
  0x9a: connack | disconnectServer,
  0x9b: connack | disconnectServer,
  0x9c: connack | disconnectServer,
  0x9d: connack | disconnectServer,
  0x9e: suback | disconnectServer,
  0x9f: connack | disconnectServer,
  0xa0: disconnectServer,
  0xa1: suback | disconnectServer,
  0xa2: suback | disconnectServer,
};
