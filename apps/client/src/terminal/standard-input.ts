/** Everything that comes in until its end. */
export async function readAll(input: AsyncIterable<Uint8Array | string>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of input) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}

/**
 * One line after the other, as bytes without their newline; what follows the last newline is a line as well. The signal
 * ends it, also while nothing comes.
 */
export async function* readLines(input: Input, signal?: AbortSignal): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of untilAborted(input, signal)) {
    const bytes =
      typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      const line = bytes.subarray(start, end);
      yield rest.length === 0 ? line : Buffer.concat([rest, line]);
      rest = Buffer.alloc(0);
      start = end + 1;
    }
    // Each chunk adds to a line without end once: that is the line's length squared only for absurdly long lines.
    if (start < bytes.length) rest = Buffer.concat([rest, bytes.subarray(start)]);
  }
  if (rest.length > 0 && signal?.aborted !== true) yield rest;
}

async function* untilAborted(input: Input, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array | string> {
  if (signal === undefined) {
    yield* input;
    return;
  }
  const iterator = input[Symbol.asyncIterator]();
  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  while (!signal.aborted) {
    const next = await Promise.race([iterator.next(), aborted]);
    if (next === undefined || next.done === true) return;
    yield next.value;
  }
}

type Input = AsyncIterable<Uint8Array | string>;

const NEWLINE = 0x0a;
