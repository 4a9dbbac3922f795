import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { remoteTarget, type Target } from '@skua/conformance';
import { dialTcp } from '@skua/transport-node';

/** A broker that runs as a child process and listens on 127.0.0.1. */
export interface ChildBroker {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts a program and waits until it accepts connections on the port.
 *
 * @throws {Error} with what it wrote to stderr when it ends first or does not listen within ten seconds.
 */
export async function startChild(command: string, args: readonly string[], port: number): Promise<ChildBroker> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-OUTPUT_KEPT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  await listening(child, port, () => output);
  return { port, stop: () => stopChild(child) };
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

/** The conformance target of a child; closing it stops the child. */
export async function childTarget(name: string, broker: ChildBroker): Promise<Target> {
  const target = await remoteTarget(name, () => dialTcp({ host: '127.0.0.1', port: broker.port }));
  return { ...target, close: () => broker.stop() };
}

async function listening(child: ChildProcess, port: number, output: () => string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The broker ended with ${child.exitCode}: ${output()}`);
    try {
      const transport = await dialTcp({ host: '127.0.0.1', port });
      transport.destroy();
      return;
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(`The broker does not listen on ${port}: ${output()}`, { cause: error });
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(force);
}

const OUTPUT_KEPT = 4_000;
const START_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 5_000;
