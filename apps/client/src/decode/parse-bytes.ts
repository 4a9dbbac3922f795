import { UsageError } from '../command-line/usage-error.ts';

/**
 * Reads bytes as people copy them: pairs of hexadecimal digits with or without blanks, commas, colons, dashes, `0x` and
 * `\x` before them, quotes and brackets around them; or the rows of a hex dump with offsets and printable text.
 *
 * @throws {UsageError} that names the first character that is none of this.
 */
export function parseHexBytes(text: string): Uint8Array {
  const rows = text.split('\n').map((line) => HEX_DUMP.exec(line)?.[1] ?? line);
  const digits = rows.join(' ').replace(/0x|\\x|<Buffer|Uint8Array(?:\(\d+\))?/gi, ' ');
  const wrong = /[^0-9a-f\s,:;\-_.[\]{}()<>"'`|]/i.exec(digits);
  if (wrong !== null) {
    throw new UsageError(`Found "${wrong[0]}" among the bytes; allowed: hexadecimal digits in pairs, such as "c0 00".`);
  }
  const groups = digits.match(/[0-9a-f]+/gi) ?? [];
  const joined = groups.map((group) => (groups.length > 1 && group.length === 1 ? `0${group}` : group)).join('');
  if (joined === '') throw new UsageError('There are no bytes to decode; give them as hexadecimal digits.');
  if (joined.length % 2 === 1) {
    throw new UsageError(`Found ${joined.length} hexadecimal digits; allowed: an even number, two for each byte.`);
  }
  return Uint8Array.from(Buffer.from(joined, 'hex'));
}

/** A row as hexdump -C, xxd and `skua sub --hex` write it: offset, bytes, and their text behind two blanks or a bar. */
const HEX_DUMP = /^\s*[0-9a-f]{4,8}:?\s{1,2}((?:[0-9a-f]{2,4}\s{1,2})+)\s*(?:\||\s|$).*$/i;
