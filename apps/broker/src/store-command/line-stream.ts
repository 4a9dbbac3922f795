import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';

/** The lines of a file, without their ends. @throws What node:fs throws, also while reading. */
export async function* readLines(path: string): AsyncGenerator<string> {
  const input = createReadStream(path);
  // readline does not pass errors of its input on.
  let failure: Error | undefined;
  input.on('error', (error: Error) => (failure = error));
  await once(input, 'open');
  for await (const line of createInterface({ input, crlfDelay: Infinity })) yield line;
  if (failure !== undefined) throw failure;
}

/**
 * Writes lines to a new file, which is on the disk when this resolves, or to a stream, which stays open.
 *
 * @throws What node:fs throws, with EEXIST when the file is there.
 */
export async function writeLines(lines: AsyncIterable<string>, to: string | Writable): Promise<void> {
  if (typeof to !== 'string') {
    await writeTo(to, lines);
    return;
  }
  const output = createWriteStream(to, { flags: 'wx', flush: true });
  await once(output, 'open');
  await writeTo(output, lines);
  output.end();
  await once(output, 'close');
}

async function writeTo(output: Writable, lines: AsyncIterable<string>): Promise<void> {
  let text = '';
  for await (const line of lines) {
    text += `${line}\n`;
    if (text.length < BLOCK_CHARACTERS) continue;
    if (!output.write(text)) await once(output, 'drain');
    text = '';
  }
  if (text !== '' && !output.write(text)) await once(output, 'drain');
}

const BLOCK_CHARACTERS = 65_536;
