import { checkSubscriptionFilter, checkTopicFilter } from '@skua/topics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader } from '../byte-reader.ts';
import { MalformedPacketError } from '../errors.ts';
import { utf8 } from '../../test-support/packet-cases.ts';
import type { ProtocolVersion } from '../index.ts';
import { decodeTopicFilter } from './topic-filter-field.ts';
import { wireFormat } from './wire-format.ts';

const pieces = fc.constantFrom('', '/', '+', '#', 'a', 'é', '$', '$share', '$share/', '$share/g/', ' ');
const filters = fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join(''));

function statementOf(text: string, version: ProtocolVersion): string | undefined {
  const reader = new ByteReader('server', wireFormat(version));
  const content = utf8(text);
  reader.bytes = Uint8Array.of(content.length >> 8, content.length & 0xff, ...content);
  reader.end = reader.bytes.length;
  try {
    expect(decodeTopicFilter(reader)).toBe(text);
  } catch (error) {
    if (!(error instanceof MalformedPacketError)) throw error;
    return error.statement;
  }
  return undefined;
}

// A text can break several rules, and which is found first is nobody's business: both or neither must find one, and where
// only one kind of wildcard or only the share is wrong it must be the same.
test.each([3, 4, 5] as const)('version %i: the rules are those of @skua/topics', (version) => {
  fc.assert(
    fc.property(filters, (text) => {
      const error = version === 5 ? checkSubscriptionFilter(text) : checkTopicFilter(text);
      const expected = version === 5 ? error?.statement : error?.statementV3;
      const found = statementOf(text, version);
      expect(found === undefined).toBe(expected === undefined);
      if (!(text.includes('#') && text.includes('+'))) expect(found).toBe(expected);
    }),
    { numRuns: 5000 },
  );
});
