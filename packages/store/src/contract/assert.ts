/** Throws unless both are built of the same values. `undefined` and an absent field are the same. */
export function assertSame(actual: unknown, expected: unknown, what: string): void {
  const found = describe(actual);
  const wanted = describe(expected);
  if (found !== wanted) throw new Error(`${what}:\nexpected ${wanted}\nfound    ${found}`);
}

/** Throws unless the promise rejects with a `StoreError`. */
export async function assertRejects(promise: Promise<unknown>, what: string): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error(`${what}: expected a rejection.`);
  if (error.name !== 'StoreError')
    throw new Error(`${what}: expected a StoreError, found ${error.name}: ${error.message}`);
}

function describe(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (part instanceof Uint8Array) return `bytes ${[...part].join(' ')}`;
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    // Fields in one order, whoever made the object.
    return Object.fromEntries(Object.entries(part).toSorted(([left], [right]) => (left < right ? -1 : 1)));
  });
}
