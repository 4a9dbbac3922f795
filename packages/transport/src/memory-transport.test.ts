import { describe, expect, test } from 'vitest';
import { transportContract, TransportRecorder } from './contract/index.ts';
import { createTransportPair, pump } from './memory-transport.ts';

for (const chunkBytes of [Number.POSITIVE_INFINITY, 4096, 1000]) {
  transportContract(
    { test },
    {
      name: `memory in chunks of ${chunkBytes}`,
      closesByItself: false,
      connect: () => {
        const [left, right] = createTransportPair();
        const drive = (): boolean => {
          const moved = left.deliver(chunkBytes);
          return right.deliver(chunkBytes) || moved;
        };
        return Promise.resolve({ left, right, drive });
      },
    },
  );
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('what only the memory pair can do', () => {
  test('the caller chooses the chunks: writes are split and joined', () => {
    const [left, right] = createTransportPair();
    const recorder = new TransportRecorder(right);
    left.write(bytes(1, 2, 3));
    left.write(bytes(4, 5));
    expect(right.deliver(2)).toBe(true);
    expect(right.deliver(2)).toBe(true);
    expect(right.deliver()).toBe(true);
    expect(right.deliver()).toBe(false);
    expect(recorder.chunks).toEqual([bytes(1, 2), bytes(3, 4), bytes(5)]);
  });

  test('nothing moves unless delivered', () => {
    const [left, right] = createTransportPair();
    const recorder = new TransportRecorder(right);
    left.write(bytes(1));
    left.end();
    expect(recorder.calls).toEqual([]);
  });

  test('congestion is told at the mark and ends when all was delivered', () => {
    const [left, right] = createTransportPair({ highWaterMarkBytes: 4 });
    const writer = new TransportRecorder(left);
    const reader = new TransportRecorder(right);
    expect(left.write(bytes(1, 2, 3))).toBe(true);
    expect(left.write(bytes(4))).toBe(false);
    expect(left.pendingBytes).toBe(4);
    right.deliver(3);
    expect(writer.writable).toBe(0);
    right.deliver(3);
    expect(writer.writable).toBe(1);
    expect(reader.receivedBytes).toBe(4);
  });

  test('a cut loses what is under way and tells both sides', () => {
    const [left, right] = createTransportPair();
    const a = new TransportRecorder(left);
    const b = new TransportRecorder(right);
    left.write(bytes(1, 2, 3));
    const reason = new Error('cable');
    left.cut(reason);
    expect([a.closed, b.closed]).toEqual([0, 0]);
    pump([left, right]);
    expect([a.calls, b.calls]).toEqual([['close'], ['close']]);
    expect([a.error, b.error]).toEqual([reason, reason]);
    expect([left.closed, right.closed]).toEqual([true, true]);
  });

  test('pump asks for each chunk size and gives up on an endless conversation', () => {
    const [left, right] = createTransportPair();
    left.open({ onData: (chunk) => void left.write(chunk), onWritable: () => {}, onClose: () => {} });
    right.open({ onData: (chunk) => void right.write(chunk), onWritable: () => {}, onClose: () => {} });
    left.write(bytes(1, 2, 3));
    const sizes: number[] = [];
    expect(() =>
      pump(
        [left, right],
        () => {
          sizes.push(1);
          return 1;
        },
        100,
      ),
    ).toThrow('did not come to rest');
    expect(sizes.length).toBeGreaterThan(90);
  });

  test('is opened once', () => {
    const [left] = createTransportPair();
    const recorder = new TransportRecorder(left);
    expect(() => left.open(recorder)).toThrow('opened once');
  });

  test('says what it was told to say about the peer', () => {
    const [left, right] = createTransportPair({ info: { remoteAddress: '192.0.2.7', encrypted: true } });
    expect(left.info.remoteAddress).toBe('192.0.2.7');
    expect(right.info).toEqual({
      protocol: 'memory',
      remoteAddress: '192.0.2.7',
      remotePort: undefined,
      encrypted: true,
      clientCertificate: undefined,
    });
  });
});
