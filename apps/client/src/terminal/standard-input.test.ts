import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAll, readLines } from './standard-input.ts';

test('lines are the same however the bytes are cut', async () => {
  const cuts = fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '\n', '\r'), maxLength: 6 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(cuts, async (pieces) => {
      const whole = pieces.join('');
      const lines: string[] = [];
      for await (const line of readLines(Readable.from(pieces.map((piece) => Buffer.from(piece)))))
        lines.push(line.toString('utf8'));
      const expected = whole.split('\n');
      if (expected.at(-1) === '') expected.pop();
      expect(lines).toEqual(expected);
    }),
  );
});

test('a signal ends it while nothing comes', async () => {
  const silence = new Readable({ read: () => {} });
  silence.push('one\ntw');
  const stopped = new AbortController();
  const lines: string[] = [];
  for await (const line of readLines(silence, stopped.signal)) {
    lines.push(line.toString('utf8'));
    setImmediate(() => stopped.abort());
  }
  expect(lines).toEqual(['one']);
  silence.destroy();
});

test('all of it', async () => {
  expect((await readAll(Readable.from([Buffer.from('a'), 'b']))).toString('utf8')).toBe('ab');
});
