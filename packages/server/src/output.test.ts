import { createTransportPair, type MemoryTransport } from '@skua/transport';
import { TransportRecorder } from '@skua/transport/contract';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { Output, type OutputOwner } from './output.ts';
import { SlabPool } from './slab-pool.ts';

class Owner implements OutputOwner {
  dirty: Output[] = [];
  readonly calls: string[] = [];
  outputDirty(output: Output): void {
    this.dirty.push(output);
  }
  outputOverfull(overfull: boolean): void {
    this.calls.push(`overfull ${overfull}`);
  }
  inputPaused(paused: boolean): void {
    this.calls.push(`paused ${paused}`);
  }
}

/** A memory transport that counts the writes. */
function setUp(options: { outputBytesMax?: number; pooledBytesMax?: number; highWaterMarkBytes?: number } = {}): {
  output: Output;
  owner: Owner;
  pool: SlabPool;
  peer: TransportRecorder;
  local: MemoryTransport;
  remote: MemoryTransport;
  writes: number[];
} {
  const [local, remote] = createTransportPair({ highWaterMarkBytes: options.highWaterMarkBytes ?? 65_536 });
  const writes: number[] = [];
  const owner = new Owner();
  const pool = new SlabPool(options.pooledBytesMax ?? 1_000_000);
  const transport = {
    info: local.info,
    get pendingBytes() {
      return local.pendingBytes;
    },
    open: local.open.bind(local),
    write: (bytes: Uint8Array) => {
      writes.push(1);
      return local.write(bytes);
    },
    writeMany: (pieces: readonly Uint8Array[]) => {
      writes.push(pieces.length);
      return local.writeMany(pieces);
    },
    pause: local.pause.bind(local),
    resume: local.resume.bind(local),
    end: local.end.bind(local),
    destroy: local.destroy.bind(local),
  };
  const output = new Output(transport, pool, owner, { outputBytesMax: options.outputBytesMax ?? 1_000_000 });
  return { output, owner, pool, peer: new TransportRecorder(remote), local, remote, writes };
}

const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

describe('one write a turn', () => {
  test('packets of a turn leave together, and the head may be reused at once', () => {
    const { output, owner, peer, remote, writes } = setUp();
    const head = bytes(3, 1);
    expect(output.write(head)).toBe(true);
    head.fill(2);
    expect(output.write(head, bytes(2, 9))).toBe(true);
    head.fill(7);
    expect(owner.dirty).toEqual([output]);
    expect(writes).toEqual([]);
    expect(output.flush()).toBe(false);
    expect(writes).toEqual([1]);
    remote.deliver();
    expect(peer.received()).toEqual(Uint8Array.of(1, 1, 1, 2, 2, 2, 9, 9));
    output.write(head);
    expect(owner.dirty).toHaveLength(2);
    output.flush();
    expect(writes).toEqual([1, 1]);
  });

  test('a large payload is handed over by reference, between the copied parts', () => {
    const { output, writes, local } = setUp();
    const payload = bytes(10_000, 5);
    output.write(bytes(4, 1), payload);
    output.write(bytes(4, 2));
    payload[0] = 77;
    output.flush();
    expect(writes).toEqual([3]);
    expect(local.pendingBytes).toBe(10_008);
  });

  test('what a transport takes at once does not count as congestion, however much a turn writes', () => {
    const taking = setUp({ outputBytesMax: 300_000, highWaterMarkBytes: 100_000_000 });
    // It has handed everything on by the time it is asked.
    const { output, writes, local } = taking;
    const pending = vi.spyOn(local, 'pendingBytes', 'get').mockReturnValue(0);
    for (let index = 0; index < 100; index++) expect(output.write(bytes(50_000, index))).toBe(true);
    expect(writes.length).toBeGreaterThan(10);
    expect(writes.length).toBeLessThan(30);
    pending.mockRestore();
    const refusing = setUp({ outputBytesMax: 300_000, highWaterMarkBytes: 1000 });
    const answers = Array.from({ length: 10 }, (_, index) => refusing.output.write(bytes(50_000, index)));
    expect(answers).toEqual([true, true, true, true, true, false, false, false, false, false]);
    expect(refusing.writes).toHaveLength(1);
  });

  test('any packets arrive whole and in order, whatever the sizes', () => {
    const sizes = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 70_000 }));
    const packets = fc.array(fc.record({ head: sizes, payload: fc.option(sizes), flush: fc.boolean() }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(packets, (script) => {
        const { output, peer, remote, pool } = setUp({ outputBytesMax: 100_000_000, highWaterMarkBytes: 100_000_000 });
        const expected: Uint8Array[] = [];
        for (const [index, { head, payload, flush }] of script.entries()) {
          output.write(bytes(head, index), payload === null ? undefined : bytes(payload, index + 100));
          expected.push(bytes(head, index), bytes(payload ?? 0, index + 100));
          if (!flush) continue;
          output.flush();
          while (remote.deliver());
        }
        output.flush();
        while (remote.deliver());
        expect(Buffer.compare(peer.received(), Buffer.concat(expected))).toBe(0);
        expect(pool.usedBytes).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

describe('memory', () => {
  test('an idle output owns no slab, and slabs are used again when their bytes have left', () => {
    const { output, pool } = setUp();
    output.write(bytes(10, 1));
    expect(pool.usedBytes).toBe(1024);
    output.flush();
    // The memory transport still refers to the bytes.
    expect([pool.usedBytes, pool.pooledBytes]).toEqual([0, 0]);

    const written: Uint8Array[] = [];
    const instant = new Output(
      {
        info: createTransportPair()[0].info,
        pendingBytes: 0,
        open: () => {},
        write: (piece) => written.push(piece) > 0,
        writeMany: () => true,
        pause: () => {},
        resume: () => {},
        end: () => {},
        destroy: () => {},
      },
      pool,
      new Owner(),
      { outputBytesMax: 1000 },
    );
    instant.write(bytes(10, 1));
    instant.flush();
    instant.write(bytes(10, 2));
    instant.flush();
    expect([pool.usedBytes, pool.pooledBytes]).toEqual([0, 1024]);
    expect(written[0]?.buffer).toBe(written[1]?.buffer);
  });

  test('destroy gives the slab back and writes nothing', () => {
    const { output, pool, writes, local, remote, peer } = setUp();
    output.write(bytes(10, 1), bytes(10_000, 2));
    output.destroy();
    output.flush();
    expect(output.write(bytes(1, 1))).toBe(false);
    expect([pool.usedBytes, writes.length]).toEqual([0, 0]);
    remote.deliver();
    local.deliver();
    expect(peer.calls).toEqual(['close']);
  });
});

describe('congestion', () => {
  test('is reported beyond the limit, nothing is handed over meanwhile, and its end is reported once', () => {
    const { output, remote, writes, local } = setUp({ outputBytesMax: 3000, highWaterMarkBytes: 1000 });
    expect(output.write(bytes(1500, 1))).toBe(true);
    expect(output.flush()).toBe(false);
    expect(output.write(bytes(1000, 2))).toBe(true);
    expect(output.write(bytes(1000, 3))).toBe(false);
    expect(output.flush()).toBe(false);
    expect(writes).toHaveLength(1);
    expect(output.waitingBytes).toBe(3500);
    while (remote.deliver());
    expect(local.pendingBytes).toBe(0);
    // The transport refuses the 2,000 bytes that had waited, so the broker is not told yet.
    expect(output.transportWritable()).toBe(false);
    while (remote.deliver());
    expect(output.transportWritable()).toBe(true);
    expect(output.transportWritable()).toBe(false);
    expect(output.write(bytes(10, 1))).toBe(true);
  });

  test('a turn that is too large for the limit ends by itself when the transport takes it all', () => {
    const { output } = setUp({ outputBytesMax: 3000 });
    expect(output.write(bytes(3000, 1))).toBe(false);
    expect(output.flush()).toBe(true);
    expect(output.write(bytes(10, 1))).toBe(true);
  });

  test('twice the limit stops the input of the peer until it has read', () => {
    const { output, owner, remote } = setUp({ outputBytesMax: 1000, highWaterMarkBytes: 1 });
    output.write(bytes(10, 1));
    output.flush();
    for (let count = 0; count < 300; count += 1) output.write(bytes(10, 1));
    expect(owner.calls).toEqual(['overfull true']);
    while (remote.deliver());
    output.transportWritable();
    while (remote.deliver());
    output.transportWritable();
    expect(owner.calls).toEqual(['overfull true', 'overfull false']);
  });
});

describe('the end', () => {
  test('close sends what was written, also through congestion, and then ends', () => {
    const { output, peer, remote, owner } = setUp({ highWaterMarkBytes: 1 });
    output.write(bytes(10, 1));
    output.flush();
    output.write(bytes(10, 2));
    output.flush();
    output.close();
    output.close();
    expect(output.write(bytes(10, 3))).toBe(false);
    expect(owner.dirty).toHaveLength(3);
    output.flush();
    while (remote.deliver());
    expect(peer.receivedBytes).toBe(20);
    expect(peer.calls).toEqual(['data', 'end']);
  });
});
