import type { Server } from '@skua/server';
import { createTransportPair, type MemoryTransport } from '@skua/transport';
import type { Dial } from '../src/driver.ts';
import { seededRandom, settlePromises, VirtualTime } from './virtual-time.ts';

/** What may happen to connections, each from 0 (never) to 1 (always). */
export interface Chaos {
  /** A dial fails. */
  readonly dialFails: number;
  /** A connection is cut after some bytes. */
  readonly cut: number;
  /** A connection goes silent after some bytes: nobody is told. */
  readonly halfOpen: number;
  /** A step delivers nothing, so that events come late and in another order. */
  readonly delay: number;
  /** Bytes after which a cut or silence comes, at most. */
  readonly bytesMax: number;
}

interface Connection {
  readonly near: MemoryTransport;
  readonly far: MemoryTransport;
  bytesLeft: number;
  fate: 'cut' | 'halfOpen' | 'none';
  isSilent: boolean;
}

/** A network between clients and a server that does what a seed says, in virtual time. */
export class ChaosNetwork {
  readonly time = new VirtualTime();
  readonly random: () => number;
  /** False: from now on nothing bad happens. */
  isChaotic = true;
  readonly #chaos: Chaos;
  #connections: Connection[] = [];
  #server: Server | undefined;

  constructor(seed: number, chaos: Chaos) {
    this.random = seededRandom(seed);
    this.#chaos = chaos;
  }

  /** The server that dials reach. */
  set server(server: Server) {
    this.#server = server;
  }

  readonly dial: Dial = () => {
    const { dialFails, cut, halfOpen, bytesMax } = this.#chaos;
    if (this.isChaotic && this.random() < dialFails) return Promise.reject(new Error('The network is unreachable.'));
    const [near, far] = createTransportPair({ highWaterMarkBytes: 256 + Math.floor(this.random() * 4096) });
    this.#server?.accept(far);
    const dice = this.random();
    const fate = dice < cut ? 'cut' : dice < cut + halfOpen ? 'halfOpen' : 'none';
    const bytesLeft = Math.floor(this.random() ** 2 * bytesMax);
    this.#connections.push({ near, far, bytesLeft, fate, isSilent: false });
    return Promise.resolve(near);
  };

  /** Goes on until `isDone`. @throws Error when that takes too long in steps */
  async runUntil(isDone: () => boolean): Promise<void> {
    for (let steps = 0; !isDone(); steps += 1) {
      if (steps > STEPS_MAX) throw new Error('The simulation does not come to an end.');
      await this.step();
    }
  }

  /** One step: a turn ends, something is delivered, or time passes. */
  async step(): Promise<void> {
    const hasTurned = this.time.endTurns();
    const hasMoved = this.#deliver();
    await settlePromises();
    if (!hasTurned && !hasMoved) {
      this.time.advanceToTimer(Infinity);
      await settlePromises();
    }
  }

  #deliver(): boolean {
    this.#connections = this.#connections.filter(({ near, far }) => !near.closed || !far.closed);
    let hasMoved = false;
    for (const connection of this.#connections) {
      if (!this.isChaotic && connection.isSilent) {
        connection.near.cut();
        connection.isSilent = false;
      }
      for (const side of [connection.near, connection.far]) {
        // The end of one side is never kept from it.
        const isBroken = !side.write(NOTHING);
        if (isBroken) hasMoved = side.deliver() || hasMoved;
        else if (connection.isSilent) continue;
        else if (this.isChaotic && this.random() < this.#chaos.delay) hasMoved = true;
        else if (this.#deliverTo(connection, side)) hasMoved = true;
      }
    }
    return hasMoved;
  }

  #deliverTo(connection: Connection, side: MemoryTransport): boolean {
    const bytes = 1 + Math.floor(this.random() ** 3 * CHUNK_BYTES_MAX);
    const isDoomed = this.isChaotic && connection.fate !== 'none';
    const allowed = isDoomed ? Math.min(bytes, connection.bytesLeft) : bytes;
    if (allowed === 0) {
      if (connection.fate === 'cut') connection.near.cut();
      else connection.isSilent = true;
      connection.fate = 'none';
      return true;
    }
    connection.bytesLeft -= allowed;
    return side.deliver(allowed);
  }
}

const NOTHING = new Uint8Array(0);
const CHUNK_BYTES_MAX = 400;
const STEPS_MAX = 200_000;
