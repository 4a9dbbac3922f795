import fc from 'fast-check';
import { expect, test } from 'vitest';
import { payloadDiff } from './payload-diff.ts';

const encode = (text: string) => new TextEncoder().encode(text);

test('nothing is said exactly when nothing changed', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 2 }), fc.json({ maxDepth: 2 }), (before, after) => {
      const same = JSON.stringify(JSON.parse(before)) === JSON.stringify(JSON.parse(after));
      if (same) expect(payloadDiff(encode(before), encode(before))).toEqual([]);
      else if (!sameMembers(before, after)) expect(payloadDiff(encode(before), encode(after))).not.toEqual([]);
    }),
  );
});

/** Equal but for the order of members, which is no change. */
function sameMembers(before: string, after: string): boolean {
  try {
    expect(JSON.parse(before)).toEqual(JSON.parse(after));
    return true;
  } catch {
    return false;
  }
}

test.each([
  ['{"a":{"b":[1,2]}}', '{"a":{"b":[1,3,4]}}', ['~ a.b[1]: 2 -> 3 (+1)', '+ a.b[2]: 4']],
  ['{"t":20.1}', '{"t":20.0}', ['~ t: 20.1 -> 20 (-0.1)']],
  ['[1]', '{"a":1}', ['~ : [1] -> {"a":1}']],
  ['on', 'off', ['- on', '+ off']],
  ['a\nb\nc', 'a\nx\nc', ['- b', '+ x']],
  ['5', '6', ['- 5', '+ 6']],
])('%s to %s', (before, after, lines) => {
  expect(payloadDiff(encode(before), encode(after))).toEqual(lines);
});

test('bytes are compared in rows', () => {
  const before = Uint8Array.from({ length: 40 }, (_, index) => index + 0x80);
  const after = before.with(20, 0);
  expect(payloadDiff(before, after).map((line) => line.slice(0, 10))).toEqual(['- 00000010', '+ 00000010']);
});
