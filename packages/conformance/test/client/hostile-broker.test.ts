import { describe, expect, it } from 'vitest';
import { HOSTILE_MOMENTS, hostileTest, virtualClientTarget, type HostileCase } from '../../src/index.ts';
import { staysOpen } from '../../src/client/client-mutations.ts';
import { runClientTest } from '../../src/client/run-client-test.ts';
import { hex } from '../../src/wire/frame.ts';
import { REFERENCE_CLIENT } from './reference-client.ts';

const WRONG: readonly HostileCase[] = [
  { name: 'QoS 3', version: 5, bytes: hex('3606 0001 61 0001 00'), reasonCodes: [0x81] },
  { name: 'a packet of a client', version: 5, bytes: hex('c000'), reasonCodes: [0x82] },
  { name: 'QoS 3 in 3.1.1', version: 4, bytes: hex('3605 0001 61 0001'), reasonCodes: [] },
];

describe.each(WRONG)('$name', (wrong) => {
  it.each(HOSTILE_MOMENTS)('%s is survived by a right client', async (moment) => {
    const { verdict, detail } = await runClientTest(hostileTest(wrong, moment), virtualClientTarget(REFERENCE_CLIENT));
    expect(verdict, detail).toBe('pass');
  });

  it.each(HOSTILE_MOMENTS)('%s shows a client that stays', async (moment) => {
    const target = virtualClientTarget(REFERENCE_CLIENT);
    const { verdict } = await runClientTest(hostileTest(wrong, moment), target, { mutant: staysOpen([]) });
    expect(verdict).toBe('fail');
  });
});

it('shows a client that says another reason', async () => {
  const wrong: HostileCase = { name: 'PINGREQ', version: 5, bytes: hex('c000'), reasonCodes: [0x93] };
  const result = await runClientTest(hostileTest(wrong, 'after CONNACK'), virtualClientTarget(REFERENCE_CLIENT));
  expect(result.detail).toBe('DISCONNECT says 0x82; allowed: 0x93');
});
