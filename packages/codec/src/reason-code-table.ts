// Which packets may carry which Reason Code, and who may send it there: Table 2-6 and the tables of sections 3.2.2.2,
// 3.4.2.1, 3.9.3, 3.11.3, 3.14.2.1 and 3.15.2.1, whose column "Sent by" is why some uses are two bits, one for each side.
//
// The uses are plain constants at the top of a file without imports, because a bundler folds such into what uses them.

import type { ReasonCode } from './reason-code.ts';

/** The use of Reason Codes in CONNACK. */
export const CONNACK = 0x001;
/** In a PUBACK or PUBREC of a client; both packets carry the same codes. */
export const PUBACK_OF_CLIENT = 0x002;
/** In a PUBACK or PUBREC of a server. */
export const PUBACK_OF_SERVER = 0x004;
/** In a PUBACK or PUBREC of either side. */
export const PUBACK = 0x006;
/** In a PUBREL or PUBCOMP; both carry the same codes. */
export const PUBREL = 0x008;
/** In SUBACK. */
export const SUBACK = 0x010;
/** In UNSUBACK. */
export const UNSUBACK = 0x020;
/** In a DISCONNECT of a client. */
export const DISCONNECT_OF_CLIENT = 0x040;
/** In a DISCONNECT of a server. */
export const DISCONNECT_OF_SERVER = 0x080;
/** In a DISCONNECT of either side. */
export const DISCONNECT = 0x0c0;
/** In an AUTH of a client. */
export const AUTH_OF_CLIENT = 0x100;
/** In an AUTH of a server. */
export const AUTH_OF_SERVER = 0x200;
/** In an AUTH of either side. */
export const AUTH = 0x300;

/** The Reason Code 0x00 wherever it means that all is well. */
export const SUCCESS = 0x00;
/** The Reason Code for what no other says. */
export const UNSPECIFIED_ERROR = 0x80;

/** Whether a Reason Code may stand in a place: one of the uses above, or several of them for "any". */
export function isReasonCodeFor(reasonCode: number, use: number): reasonCode is ReasonCode {
  return ((USES[reasonCode] ?? 0) & use) !== 0;
}

const USES: Readonly<Record<number, number>> = {
  0x00: CONNACK | PUBACK | PUBREL | SUBACK | UNSUBACK | DISCONNECT | AUTH_OF_SERVER,
  0x01: SUBACK,
  0x02: SUBACK,
  0x04: DISCONNECT_OF_CLIENT,
  0x10: PUBACK_OF_SERVER,
  0x11: UNSUBACK,
  0x18: AUTH,
  0x19: AUTH_OF_CLIENT,
  0x80: CONNACK | PUBACK | SUBACK | UNSUBACK | DISCONNECT,
  0x81: CONNACK | DISCONNECT,
  0x82: CONNACK | DISCONNECT,
  0x83: CONNACK | PUBACK | SUBACK | UNSUBACK | DISCONNECT,
  0x84: CONNACK,
  0x85: CONNACK,
  0x86: CONNACK,
  0x87: CONNACK | PUBACK | SUBACK | UNSUBACK | DISCONNECT_OF_SERVER,
  0x88: CONNACK,
  0x89: CONNACK | DISCONNECT_OF_SERVER,
  0x8a: CONNACK,
  0x8b: DISCONNECT_OF_SERVER,
  0x8c: CONNACK | DISCONNECT, // Table 2-6 has it in DISCONNECT, Table 3-10 leaves it out
  0x8d: DISCONNECT_OF_SERVER,
  0x8e: DISCONNECT_OF_SERVER,
  0x8f: SUBACK | UNSUBACK | DISCONNECT_OF_SERVER,
  0x90: CONNACK | PUBACK | DISCONNECT,
  0x91: PUBACK | SUBACK | UNSUBACK,
  0x92: PUBREL,
  0x93: DISCONNECT,
  0x94: DISCONNECT,
  0x95: CONNACK | DISCONNECT,
  0x96: DISCONNECT,
  0x97: CONNACK | PUBACK | SUBACK | DISCONNECT,
  0x98: DISCONNECT,
  0x99: CONNACK | PUBACK | DISCONNECT,
  0x9a: CONNACK | DISCONNECT_OF_SERVER,
  0x9b: CONNACK | DISCONNECT_OF_SERVER,
  0x9c: CONNACK | DISCONNECT_OF_SERVER,
  0x9d: CONNACK | DISCONNECT_OF_SERVER,
  0x9e: SUBACK | DISCONNECT_OF_SERVER,
  0x9f: CONNACK | DISCONNECT_OF_SERVER,
  0xa0: DISCONNECT_OF_SERVER,
  0xa1: SUBACK | DISCONNECT_OF_SERVER,
  0xa2: SUBACK | DISCONNECT_OF_SERVER,
};
