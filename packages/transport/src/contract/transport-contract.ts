import type { Transport } from '../transport.ts';
import { assertEqual, assertSameBytes, assertTrue } from './assert.ts';
import { TransportRecorder } from './transport-recorder.ts';

/**
 * Declares the tests that every transport passes, on any test framework.
 *
 * @example
 * transportContract({ test }, { name: 'tcp', connect: connectOverTcp });
 */
export function transportContract(runner: ContractRunner, harness: TransportHarness): void {
  const declare = (name: string, body: (left: TransportRecorder, right: TransportRecorder) => Promise<void>): void => {
    runner.test(`${harness.name}: ${name}`, async () => {
      const pair = await harness.connect();
      const left = new TransportRecorder(pair.left, pair.drive);
      const right = new TransportRecorder(pair.right, pair.drive);
      try {
        await body(left, right);
      } finally {
        pair.left.destroy();
        pair.right.destroy();
        await left.until(() => left.closed > 0);
        await right.until(() => right.closed > 0);
        await pair.dispose?.();
      }
    });
  };

  declareStream(declare);
  declareFlow(declare);
  declareEnds(declare, harness.closesByItself !== false);

  runner.test(`${harness.name}: bytes sent before open wait for it`, async () => {
    const pair = await harness.connect();
    const left = new TransportRecorder(pair.left, pair.drive);
    pair.left.write(pattern(100, 7));
    const right = new TransportRecorder(pair.right, pair.drive);
    assertEqual(right.calls.length, 0, 'calls within open');
    await right.until(() => right.receivedBytes === 100);
    assertSameBytes(right.received(), pattern(100, 7));
    pair.left.destroy();
    pair.right.destroy();
    await left.until(() => left.closed > 0);
    await right.until(() => right.closed > 0);
    await pair.dispose?.();
  });
}

/** What the suite needs of a test framework: vitest's, node:test's or any other `test` function fits. */
export interface ContractRunner {
  test(name: string, body: () => Promise<void>): void;
}

/** How the suite makes connections of the transport under test. */
export interface TransportHarness {
  /** Begins the name of each test. */
  readonly name: string;
  /** Makes a new connection; both ends are not opened yet. */
  connect(): Promise<{
    readonly left: Transport;
    readonly right: Transport;
    /** Moves an in-memory transport, false when there was nothing to move. */
    readonly drive?: () => boolean;
    /** Ends whatever was started for this connection. */
    readonly dispose?: () => Promise<void>;
  }>;
  /** False when a transport has no clock, so that an ended one waits for ever for a peer that stays. */
  readonly closesByItself?: boolean;
}

type Declare = (name: string, body: (left: TransportRecorder, right: TransportRecorder) => Promise<void>) => void;

function declareStream(declare: Declare): void {
  declare('bytes arrive unchanged and in order, both ways', async (left, right) => {
    const sizes = [1, 2, 127, 0, 128, 1460, 16_384, 65_535, 300_000, 1];
    const pieces = sizes.map((size, index) => pattern(size, index));
    for (const piece of pieces) {
      left.transport.write(piece);
      right.transport.write(piece);
    }
    const all = joined(pieces);
    await right.until(() => right.receivedBytes >= all.length);
    await left.until(() => left.receivedBytes >= all.length);
    assertSameBytes(right.received(), all);
    assertSameBytes(left.received(), all);
    assertTrue(
      right.chunks.every((chunk) => chunk.length > 0),
      'no chunk is empty',
    );
  });

  declare('writeMany sends its pieces in order, between the writes around it', async (left, right) => {
    const pieces = [pattern(3, 1), pattern(70_000, 2), pattern(0, 3), pattern(5, 4)];
    left.transport.write(pattern(10, 9));
    left.transport.writeMany(pieces);
    left.transport.writeMany([]);
    left.transport.write(pattern(11, 10));
    const all = joined([pattern(10, 9), ...pieces, pattern(11, 10)]);
    await right.until(() => right.receivedBytes >= all.length);
    assertSameBytes(right.received(), all);
  });

  declare('an array may be overwritten once nothing is pending, and a chunk is kept unharmed', async (left, right) => {
    const slab = new Uint8Array(4096);
    const sent: Uint8Array[] = [];
    for (let round = 0; round < 50; round += 1) {
      slab.set(pattern(4096, round));
      sent.push(pattern(4096, round));
      left.transport.write(slab);
      const soFar = (round + 1) * 4096;
      if (left.transport.pendingBytes > 0) {
        await right.until(() => right.receivedBytes >= soFar);
        await left.until(() => left.transport.pendingBytes === 0);
      }
      slab.fill(0xee);
    }
    await right.until(() => right.receivedBytes >= 50 * 4096);
    assertSameBytes(right.received(), joined(sent));
  });
}

function declareFlow(declare: Declare): void {
  declare('a reader that pauses stops the writer, and nothing is lost', async (left, right) => {
    const block = pattern(65_536, 3);
    right.transport.pause();
    let written = 0;
    const blocksMax = 4096;
    while (written < blocksMax * block.length) {
      written += block.length;
      if (!left.transport.write(block)) break;
    }
    // The network between may hold some megabytes; a quarter of a gigabyte means that nobody stopped.
    assertTrue(written < blocksMax * block.length, 'write returns false in the end');
    assertTrue(left.transport.pendingBytes > 0, 'the refused write is pending');
    assertEqual(right.receivedBytes, 0, 'bytes received while paused');
    assertEqual(left.writable, 0, 'onWritable while the reader is paused');
    right.transport.resume();
    await right.until(() => right.receivedBytes >= written);
    await left.until(() => left.writable > 0);
    assertEqual(right.receivedBytes, written, 'bytes received in all');
    assertEqual(left.transport.pendingBytes, 0, 'pending bytes after onWritable');
    assertSameBytes(right.received().subarray(written - block.length), block);
    assertTrue(left.transport.write(pattern(5, 1)), 'writing goes on');
    await right.until(() => right.receivedBytes >= written + 5);
    assertEqual(left.writable, 1, 'onWritable only after a refusal');
  });

  declare('onWritable comes only after a refusal', async (left, right) => {
    const block = pattern(100_000, 4);
    let refusals = 0;
    for (let sent = block.length; sent <= 20 * block.length; sent += block.length) {
      if (!left.transport.write(block)) {
        refusals += 1;
        const wanted = refusals;
        await left.until(() => left.writable >= wanted);
      }
      const soFar = sent;
      await right.until(() => right.receivedBytes >= soFar);
    }
    assertEqual(left.writable, refusals, 'onWritable calls');
  });

  declare('pause within onData takes effect at once', async (left, right) => {
    const transport = right.transport;
    let calledWhilePaused = false;
    let paused = false;
    const original = right.onData.bind(right);
    right.onData = (chunk) => {
      if (paused) calledWhilePaused = true;
      paused = true;
      transport.pause();
      original(chunk);
    };
    const total = 600_000;
    for (let sent = 0; sent < total; sent += 1000) left.transport.write(pattern(1000, sent / 1000));
    while (right.receivedBytes < total) {
      const before = right.receivedBytes;
      paused = false;
      transport.resume();
      await right.until(() => right.receivedBytes > before);
    }
    assertEqual(calledWhilePaused, false, 'onData while paused');
    assertEqual(right.receivedBytes, total, 'bytes received');
  });
}

function declareEnds(declare: Declare, closesByItself: boolean): void {
  declare('end sends everything first, then both sides close without an error', async (left, right) => {
    const big = pattern(500_000, 5);
    left.transport.write(big);
    left.transport.end();
    assertEqual(left.transport.write(pattern(10, 1)), false, 'write after end');
    await right.until(() => right.ended > 0);
    assertSameBytes(right.received(), big);
    right.transport.end();
    await left.until(() => left.closed > 0);
    await right.until(() => right.closed > 0);
    assertEqual(left.error, undefined, 'error of the side that ended first');
    assertEqual(right.error, undefined, 'error of the other side');
    assertEqual(right.calls.join(), 'data,end,close', 'calls of the other side');
    assertEqual(left.calls.filter((call) => call !== 'writable').join(), 'close', 'calls of the side that ended first');
  });

  declare('a peer that still writes to an ended side is read and ignored', async (left, right) => {
    right.transport.write(pattern(10, 1));
    await left.until(() => left.receivedBytes === 10);
    left.transport.write(pattern(20, 2));
    left.transport.end();
    await right.until(() => right.ended > 0);
    right.transport.write(pattern(5000, 3));
    right.transport.end();
    await right.until(() => right.closed > 0);
    await left.until(() => left.closed > 0);
    assertEqual(left.receivedBytes, 10, 'bytes given to a side that has ended');
    assertEqual(right.receivedBytes, 20, 'last words');
    assertEqual(right.error, undefined, 'error of the writing side');
  });

  declare('end works on a paused transport', async (left, right) => {
    left.transport.pause();
    right.transport.write(pattern(50_000, 1));
    left.transport.end();
    right.transport.end();
    await left.until(() => left.closed > 0);
    await right.until(() => right.closed > 0);
    assertEqual(left.receivedBytes, 0, 'bytes given to a side that has ended');
  });

  declare('destroy closes both sides, once, after the call', async (left, right) => {
    left.transport.destroy();
    left.transport.destroy();
    assertEqual(left.closed, 0, 'onClose within destroy');
    assertEqual(left.transport.write(pattern(1, 1)), false, 'write after destroy');
    left.transport.end();
    left.transport.pause();
    left.transport.resume();
    await left.until(() => left.closed > 0);
    await right.until(() => right.ended > 0 || right.closed > 0);
    right.transport.end();
    await right.until(() => right.closed > 0);
    right.transport.end();
    right.transport.destroy();
    assertEqual(right.transport.write(pattern(1, 1)), false, 'write after the close');
    assertEqual(left.closed, 1, 'onClose calls of the side that destroyed');
    assertEqual(right.closed, 1, 'onClose calls of the other side');
    assertEqual(left.error, undefined, 'error of the side that destroyed');
  });

  if (!closesByItself) return;
  declare('an ended side closes by itself when the peer stays', async (left, right) => {
    left.transport.end();
    await left.until(() => left.closed > 0);
    assertEqual(left.error, undefined, 'error');
    assertEqual(right.receivedBytes, 0, 'bytes');
  });

  declare('an ended side closes by itself when the peer never stops sending', async (left, right) => {
    right.keepsChunks = false;
    left.transport.end();
    const flood = (): void => {
      while (right.transport.write(pattern(65_536, 1)));
    };
    right.onWritable = flood;
    flood();
    await left.until(() => left.closed > 0);
    assertEqual(left.receivedBytes, 0, 'bytes given to a side that has ended');
  });

  declare('an ended side closes by itself when the peer never reads', async (left, right) => {
    right.transport.pause();
    for (let sent = 0; sent < 400 && left.transport.write(pattern(65_536, sent)); sent += 1);
    left.transport.end();
    await left.until(() => left.closed > 0);
    assertEqual(right.receivedBytes, 0, 'bytes given to a paused side');
  });
}

/** Bytes that differ by position and by seed, so that a byte lost, doubled or moved shows. */
function pattern(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) bytes[index] = (index * 31 + (index >> 8) * 7 + seed * 17) & 0xff;
  return bytes;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}
