import { expect, it } from 'vitest';
import { mutatedTarget } from '../src/harness/mutated-target.ts';
import { mutant, packetTypeOf } from '../src/harness/mutations.ts';
import { speaksVersion } from '../src/harness/speaks-version.ts';
import { IN_PROCESS } from './in-process-target.ts';

it.each([3, 4, 5] as const)('hears version %d from our core', async (version) => {
  expect(await speaksVersion(await IN_PROCESS.start('default'), version, 'a')).toBe(true);
});

it('takes a refusal for want of a password as speaking', async () => {
  expect(await speaksVersion(await IN_PROCESS.start('authenticated'), 5, 'a')).toBe(true);
});

it.each([
  ['a CONNACK of 3.1.1', '20020001'],
  ['Unsupported Protocol Version', '2003008400'],
  ['something else', 'd000'],
])('takes %s for not speaking 5.0', async (_what, hex) => {
  const connack = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const deaf = mutant('does not speak 5.0', [], {
    fromBroker: (frame) => (packetTypeOf(frame) === 'connack' ? [connack] : [frame]),
  });
  expect(await speaksVersion(mutatedTarget(await IN_PROCESS.start('default'), deaf), 5, 'a')).toBe(false);
});

it('takes silence and a bare close for not speaking', async () => {
  const silent = mutant('does not answer', [], { fromClient: () => [] });
  expect(await speaksVersion(mutatedTarget(await IN_PROCESS.start('default'), silent), 5, 'a')).toBe(false);
  const closing = mutant('closes', [], {
    fromClient: (_frame, connection) => {
      connection.closeToClient();
      return [];
    },
  });
  expect(await speaksVersion(mutatedTarget(await IN_PROCESS.start('default'), closing), 5, 'a')).toBe(false);
});
