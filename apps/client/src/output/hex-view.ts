/** Bytes as offset, sixteen bytes in hexadecimal, and what of them is printable ASCII; one line ends without a newline. */
export function hexView(bytes: Uint8Array): string {
  return hexRows(bytes).join('\n');
}

/** The rows of {@link hexView}; one empty row for no bytes at all. */
export function hexRows(bytes: Uint8Array): readonly string[] {
  if (bytes.length === 0) return ['00000000'];
  const rows: string[] = [];
  for (let offset = 0; offset < bytes.length; offset += ROW)
    rows.push(row(bytes.subarray(offset, offset + ROW), offset));
  return rows;
}

function row(bytes: Uint8Array, offset: number): string {
  const pairs = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  const hex = `${pairs.slice(0, 8).join(' ')}  ${pairs.slice(8).join(' ')}`.padEnd(ROW * 3);
  const printable = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'));
  return `${offset.toString(16).padStart(8, '0')}  ${hex}  |${printable.join('')}|`;
}

const ROW = 16;
