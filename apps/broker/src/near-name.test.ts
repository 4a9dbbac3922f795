import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearName } from './near-name.ts';

const known = ['listener', 'log_type', 'log_dest', 'certfile', 'keyfile', 'cafile', 'port'];

test.each([
  ['listner', 'listener'],
  ['Listener', 'listener'],
  ['lsitener', 'listener'],
  ['log-type', 'log_type'],
  ['keyflie', 'keyfile'],
  ['prot', 'port'],
  ['log_typ', 'log_type'],
])('%s is near %s', (found, expected) => {
  expect(nearName(found, known)).toBe(expected);
});

test.each(['', 'x', 'persistence', 'zzzzzzzz', 'listener_allow_anonymous'])('"%s" is near nothing', (found) => {
  expect(nearName(found, known)).toBeUndefined();
});

test('a known name is nearest to itself, whatever else is known', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), (names) => {
      const name = names.join('');
      expect(nearName(name, [...names, name])?.toLowerCase()).toBe(name.toLowerCase());
    }),
  );
});
