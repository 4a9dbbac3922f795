/** Whether bytes are well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. */
export function isUtf8(bytes: Uint8Array): boolean {
  for (let index = 0; index < bytes.length;) {
    const first = bytes[index] ?? 0;
    if (first < 0x80) {
      index++;
      continue;
    }
    const length =
      first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
    if (length === 0 || index + length > bytes.length) return false;
    const second = bytes[index + 1] ?? 0;
    const [low, high] = SECOND_BYTE[first] ?? [0x80, 0xbf];
    if (second < low || second > high) return false;
    for (let offset = 2; offset < length; offset++) {
      if (((bytes[index + offset] ?? 0) & 0xc0) !== 0x80) return false;
    }
    index += length;
  }
  return true;
}

/** Where the second byte is bound more closely than 0x80 to 0xBF. */
const SECOND_BYTE: Readonly<Record<number, readonly [low: number, high: number]>> = {
  0xe0: [0xa0, 0xbf],
  0xed: [0x80, 0x9f],
  0xf0: [0x90, 0xbf],
  0xf4: [0x80, 0x8f],
};
