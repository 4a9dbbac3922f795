import type { ByteReader } from './byte-reader.ts';
import { refusal } from './encode-refusal.ts';
import { isReasonCodeFor, SUCCESS } from './reason-code-table.ts';
import type { ReasonCode } from './reason-code.ts';

/**
 * Reads a Reason Code that must be one of those for `use`. Where it is optional it may be left out at the end of the
 * packet, and means Success then; 3.1.1 has none at all.
 */
export function decodeReasonCode(
  reader: ByteReader,
  use: number,
  statement: string,
  optional: boolean = false,
): ReasonCode {
  const { position } = reader;
  const leftOut = optional && (position === reader.end || !reader.format.hasProperties);
  const value = leftOut ? SUCCESS : reader.byte('Reason Code');
  if (isReasonCodeFor(value, use)) return value;
  throw reader.forbidden('Reason Code', value, 'those of this packet and sender', position, statement);
}

/** Refuses a Reason Code that is none of those for `use`. */
export function checkReasonCode(value: number, use: number, statement: string, field: string = 'reasonCode'): void {
  if (!isReasonCodeFor(value, use)) throw refusal(field, value, 'those of this packet', statement);
}
