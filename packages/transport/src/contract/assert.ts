/** Throws unless the two are the same value. */
export function assertEqual(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected)) throw new Error(`${what}: expected ${String(expected)}, found ${String(actual)}.`);
}

/** Throws unless the condition holds. */
export function assertTrue(condition: boolean, what: string): void {
  if (!condition) throw new Error(`Expected that ${what}.`);
}

/** Throws, with the first position that differs, unless both have the same bytes. */
export function assertSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  const length = Math.min(actual.length, expected.length);
  for (let index = 0; index < length; index += 1) {
    if (actual[index] !== expected[index]) {
      throw new Error(
        `Byte ${index} of ${expected.length} differs: expected ${expected[index]}, found ${actual[index]}.`,
      );
    }
  }
  if (actual.length !== expected.length) throw new Error(`Expected ${expected.length} bytes, found ${actual.length}.`);
}
