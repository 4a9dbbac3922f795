import { expect, test } from 'vitest';
import { payloadOf, readPayload } from './payload.ts';

test.each([1, 2, 49, 50, 51, 12_345])('message %i says which it is', (serial) => {
  expect(readPayload(payloadOf('p1', serial))).toEqual({ publisher: 'p1', serial, intact: true });
});

test('a changed byte is noticed, and what is no payload of ours', () => {
  const bytes = payloadOf('p1', 50);
  bytes[100] = 0;
  expect(readPayload(bytes)).toEqual({ publisher: 'p1', serial: 50, intact: false });
  expect(readPayload(payloadOf('p1', 50).subarray(0, 90))?.intact).toBe(false);
  expect(readPayload(new Uint8Array())).toBeUndefined();
  expect(readPayload(Buffer.from('hello world'))).toBeUndefined();
});
