// What stands in the first bytes of every payload: who sent it, its number, and when. Plain byte stores, because a
// DataView or Buffer method for each field costs more than the rest of sending a prepared frame.

/** Bytes of a stamp, and so of the smallest payload. */
export const STAMP_BYTES = 12;

/** Writes the sender's index, the message's number and the time in ticks (all modulo 2^32), little-endian. */
export function writeStamp(bytes: Uint8Array, offset: number, sender: number, sequence: number, ticks: number): void {
  writeUint32(bytes, offset, sender);
  writeUint32(bytes, offset + 4, sequence);
  writeUint32(bytes, offset + 8, ticks);
}

/** One field of a stamp: 0 sender, 4 sequence, 8 time. */
export function readStampField(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset] ?? 0) |
      ((bytes[offset + 1] ?? 0) << 8) |
      ((bytes[offset + 2] ?? 0) << 16) |
      ((bytes[offset + 3] ?? 0) << 24)) >>>
    0
  );
}

/** The clock that stamps are made with: tenths of a microsecond modulo 2^32, which is seven minutes. */
export function nowTicks(): number {
  return (performance.now() * 1000 * TICKS_IN_US) >>> 0;
}

/** Ticks of {@link nowTicks} in a microsecond. */
export const TICKS_IN_US = 10;

function writeUint32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value;
  bytes[offset + 1] = value >>> 8;
  bytes[offset + 2] = value >>> 16;
  bytes[offset + 3] = value >>> 24;
}
