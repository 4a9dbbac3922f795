import type { ByteReader } from './byte-reader.ts';
import { EncodeError } from './errors.ts';
import type { ReasonCode } from './reason-code.ts';
import { isReasonCodeFor } from './reason-code-table.ts';

/** Reads a Reason Code that must be one of those for `use`. */
export function decodeReasonCode(reader: ByteReader, use: number, statement: string): ReasonCode {
  const offset = reader.position;
  const value = reader.byte('Reason Code');
  if (!isReasonCodeFor(value, use)) {
    throw reader.forbidden(
      `Reason Code is 0x${value.toString(16)}, which is not for this packet and sender`,
      offset,
      statement,
    );
  }
  return value;
}

/** Refuses a Reason Code that is none of those for `use`. */
export function checkReasonCode(value: number, use: number, statement: string, field: string = 'reasonCode'): void {
  if (!isReasonCodeFor(value, use)) {
    throw new EncodeError({ field, found: value, allowed: 'a Reason Code of this packet', statement });
  }
}
