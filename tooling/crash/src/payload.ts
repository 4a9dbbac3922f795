/** Says which message it is, and has a length and content that follow from that: 20 bytes to 4 KB. */
export function payloadOf(publisher: string, serial: number): Uint8Array {
  const name = `${publisher} ${serial} `;
  const fill = serial % LARGE_EVERY === 0 ? LARGE_BYTES : (serial * 37) % SMALL_BYTES;
  return Buffer.from(name + FILLING.repeat(Math.ceil(fill / FILLING.length)).slice(0, fill));
}

/** Which message a payload says that it is, and whether it is whole; undefined: none of ours. */
export function readPayload(
  payload: Uint8Array,
): { readonly publisher: string; readonly serial: number; readonly intact: boolean } | undefined {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const [publisher, serialText] = bytes.subarray(0, NAME_BYTES_MAX).toString('latin1').split(' ', 2);
  const serial = Number(serialText);
  if (publisher === undefined || publisher === '' || !Number.isInteger(serial) || serial < 1) return undefined;
  return { publisher, serial, intact: bytes.equals(payloadOf(publisher, serial)) };
}

const FILLING = 'the quick brown fox jumps over the lazy dog. ';
const SMALL_BYTES = 180;
const LARGE_BYTES = 4_000;
/** One message in so many is large. */
const LARGE_EVERY = 50;
const NAME_BYTES_MAX = 80;
