import { createTransportPair, pump, type MemoryTransport } from '@skua/transport';
import { expect, it } from 'vitest';
import { coalescingTarget } from '../src/harness/coalescing-target.ts';
import { VirtualClock } from './virtual-clock.ts';

it('keeps what is sent until somebody waits, and sends it as one chunk, each connection in its turn', async () => {
  const transports: MemoryTransport[] = [];
  const chunks: string[] = [];
  const clock = new VirtualClock({
    settle: () => pump(transports),
    nextTimeout: () => undefined,
    handleTimeout: () => undefined,
  });
  const target = coalescingTarget({
    name: 'listener',
    clock,
    dial: () => {
      const [near, far] = createTransportPair();
      const index = transports.push(near, far) / 2;
      far.open({
        onData: (chunk) => chunks.push(`${index}: ${Array.from(chunk).join(' ')}`),
        onWritable: () => undefined,
        onClose: () => undefined,
      });
      return Promise.resolve(near);
    },
    close: () => Promise.resolve(),
  });
  const [first, second] = [await target.dial(), await target.dial()];
  second.write(Uint8Array.of(9));
  first.write(Uint8Array.of(1, 2));
  first.write(Uint8Array.of(3));
  expect(first.pendingBytes).toBe(3);
  pump(transports);
  expect(chunks).toEqual([]);
  await target.clock.pass(1);
  expect(chunks).toEqual(['1: 1 2 3', '2: 9']);
});
