import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A broker that runs as a child process and listens on 127.0.0.1. */
export interface StartedBroker {
  readonly pid: number;
  readonly port: number;
  /** From the start of the process until it accepted a connection, in milliseconds. */
  readonly startMs: number;
  /** Messages that the broker has counted as dropped; for one that was started with counters. */
  dropped(): Promise<number>;
  /** Ends it with SIGTERM, after five seconds with SIGKILL. */
  stop(): Promise<void>;
}

/** What to start. */
export interface BrokerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly port: number;
  /** Whether the program answers the parent's messages. */
  readonly hasCounters?: boolean;
}

/**
 * Starts a program and waits until it accepts connections.
 *
 * @throws {Error} with what it wrote when it ends first or does not listen within ten seconds
 */
export async function startBroker({ command, args, port, hasCounters = false }: BrokerCommand): Promise<StartedBroker> {
  const started = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe', ...(hasCounters ? ['ipc' as const] : [])] });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-OUTPUT_KEPT);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const failed = once(child, 'error');
  failed.catch(() => undefined);
  while (!(await accepts(port))) {
    if (child.exitCode !== null || child.pid === undefined) throw new Error(`${command} ended: ${output}`);
    if (performance.now() - started > START_TIMEOUT_MS) {
      child.kill('SIGKILL');
      throw new Error(`${command} does not listen on ${port}: ${output}`);
    }
    await delay(2);
  }
  return {
    pid: child.pid ?? 0,
    port,
    startMs: performance.now() - started,
    dropped: () => askForDropped(child),
    stop: () => stopChild(child),
  };
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

/** A new folder under the system's temporary one. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'skua-bench-'));
}

/** Writes a configuration file into a new folder; returns its path. */
export function configurationFile(lines: readonly string[]): string {
  const file = join(temporaryFolder(), 'broker.conf');
  writeFileSync(file, [...lines, ''].join('\n'));
  return file;
}

/** A key and a certificate that it has signed itself, for 127.0.0.1: P-256, as most are today. */
export function selfSignedCertificate(): { readonly keyFile: string; readonly certificateFile: string } {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const keyFile = join(folder, 'key.pem');
  const certificateFile = join(folder, 'certificate.pem');
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=127.0.0.1', '-keyout', keyFile, '-out', certificateFile];
  execFileSync('openssl', ['req', '-x509', ...curve, ...names], { stdio: 'ignore' });
  return { keyFile, certificateFile };
}

async function askForDropped(child: ChildProcess): Promise<number> {
  const answer = once(child, 'message');
  child.send('dropped');
  const [dropped]: unknown[] = await answer;
  return Number(dropped);
}

async function accepts(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
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
