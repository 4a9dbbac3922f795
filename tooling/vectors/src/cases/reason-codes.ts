import { frame, join, properties, str, u16, type Bytes } from '../bytes.ts';
import { CaseList, type CaseContext } from '../case-list.ts';
import { optional, refused } from '../fault.ts';
import { METHOD_BYTES, METHOD_DECODED } from '../property-context.ts';
import { REASON_CODES, type ReasonCodePacket, type ReasonCodeRow } from '../reason-code-table.ts';
import type { VectorPacket, VectorRole } from '../vector.ts';

/** Every Reason Code that the specification knows, and some that it does not, in each packet that carries one (2.4). */
export function reasonCodeCases(): CaseList {
  const list = new CaseList('reason-code');
  for (const row of REASON_CODES) {
    for (const role of rolesOf(row.packet)) {
      for (const code of ALL_CODES) one(list, row, role, code);
    }
  }
  return list;
}

function one(list: CaseList, row: ReasonCodeRow, role: VectorRole, code: number): void {
  const at: CaseContext = { version: 5, role, section: row.section };
  const name = `${row.packet}/0x${code.toString(16).padStart(2, '0')}/${role}`;
  const wire = bytesOf(row.packet, code);
  const packet = packetOf(row.packet, code);
  const rightSender = role === 'client' ? row.fromServer : row.fromClient;
  const wrongSender = role === 'client' ? row.fromClient : row.fromServer;
  const fault = refused([row.statement]);
  if (row.both.includes(code) || rightSender.includes(code)) {
    list.valid(name, at, wire, packet);
  } else if (wrongSender.includes(code) || row.disputed.includes(code)) {
    // A column of the table says who sends it, but no sentence forbids the other side to.
    list.invalid(name, at, wire, optional(fault, packet));
  } else {
    list.invalid(name, at, wire, fault);
  }
}

function rolesOf(packet: ReasonCodePacket): readonly VectorRole[] {
  return packet === 'connack' || packet === 'suback' || packet === 'unsuback' ? ['client'] : ['server', 'client'];
}

/** The packet with a property, so that the Reason Code cannot be left out. */
function bytesOf(packet: ReasonCodePacket, code: number): Bytes {
  if (packet === 'auth') return frame(FIRST_BYTE[packet], [code], properties(METHOD_BYTES));
  const reason = properties(join([0x1f], str('why')));
  if (packet === 'connack') return frame(FIRST_BYTE[packet], [0, code], reason);
  if (packet === 'disconnect') return frame(FIRST_BYTE[packet], [code], reason);
  const isList = packet === 'suback' || packet === 'unsuback';
  return frame(FIRST_BYTE[packet], u16(10), ...(isList ? [reason, [0, code]] : [[code], reason]));
}

function packetOf(packet: ReasonCodePacket, code: number): VectorPacket {
  if (packet === 'auth') return { type: packet, reasonCode: code, properties: METHOD_DECODED };
  const reason = { reasonString: 'why' };
  if (packet === 'connack') return { type: packet, sessionPresent: false, reasonCode: code, properties: reason };
  if (packet === 'disconnect') return { type: packet, reasonCode: code, properties: reason };
  const isList = packet === 'suback' || packet === 'unsuback';
  const codes = isList ? { reasonCodes: [0, code] } : { reasonCode: code };
  return { type: packet, packetIdentifier: 10, ...codes, properties: reason };
}

const FIRST_BYTE: Readonly<Record<ReasonCodePacket, number>> = {
  connack: 0x20,
  puback: 0x40,
  pubrec: 0x50,
  pubrel: 0x62,
  pubcomp: 0x70,
  suback: 0x90,
  unsuback: 0xb0,
  disconnect: 0xe0,
  auth: 0xf0,
};

/** The 43 values of Table 2-6, their neighbours, and the ends of the range. */
const ALL_CODES: readonly number[] = [
  0x00,
  0x01,
  0x02,
  0x03,
  0x04,
  0x05,
  0x0f,
  0x10,
  0x11,
  0x12,
  0x17,
  0x18,
  0x19,
  0x1a,
  0x7f,
  ...Array.from({ length: 0xa4 - 0x80 }, (_, index) => 0x80 + index),
  0xc0,
  0xfe,
  0xff,
];
