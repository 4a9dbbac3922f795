import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { pause } from '../world.ts';
import type { BrokerKind } from './broker-kind.ts';

/** One life of a broker. */
export class BrokerProcess {
  readonly #child: ChildProcess;
  readonly #port: number;
  readonly #ended: Promise<unknown>;
  #output = '';

  constructor(kind: BrokerKind, port: number, folder: string) {
    const { program, argv } = kind.command(port, folder);
    this.#port = port;
    this.#child = spawn(program, argv, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-OUTPUT_KEPT);
    };
    this.#child.stdout?.on('data', keep);
    this.#child.stderr?.on('data', keep);
    this.#ended = Promise.race([
      once(this.#child, 'exit'),
      once(this.#child, 'error').then(([error]) => keep(Buffer.from(String(error)))),
    ]);
  }

  /** What it wrote last. */
  get output(): string {
    return this.#output;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined;
  }

  /** Waits until it accepts connections. @returns false when it ended before, or did not in half a minute. */
  async listening(): Promise<boolean> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    while (!this.hasEnded && performance.now() < deadline) {
      if (await accepts(this.#port)) return true;
      await pause(2);
    }
    return false;
  }

  /** SIGKILL: it gets no chance to save anything. Resolves when the process is gone. */
  async kill(): Promise<void> {
    if (!this.hasEnded) this.#child.kill('SIGKILL');
    await this.#ended;
  }
}

/** A port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  probe.close();
  await once(probe, 'close');
  return address.port;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  const outcome = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  return outcome;
}

const OUTPUT_KEPT = 4_000;
const START_TIMEOUT_MS = 30_000;
