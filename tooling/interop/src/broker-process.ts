import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RunningProgram } from './running-program.ts';

/** The built broker, running. */
export interface BrokerProcess {
  readonly program: RunningProgram;
  /** The URLs that it says it listens on, in its order. */
  readonly urls: readonly string[];
  /** The port of the first address. */
  readonly port: number;
  /** The port of the first address of this kind: `mqtt`, `mqtts`, `ws`, `wss`. */
  portOf(scheme: string): number;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>;
}

/**
 * Starts the built broker and waits until it listens.
 *
 * @param configuration - The text of a configuration file; without it the broker gets a free port of the loopback
 *   addresses.
 */
export async function startBroker(configuration?: string): Promise<BrokerProcess> {
  if (configuration === undefined) return startWith(['-p', '0', '-v']);
  const folder = mkdtempSync(join(tmpdir(), 'skua-interop-'));
  const file = join(folder, 'mosquitto.conf');
  writeFileSync(file, configuration);
  try {
    return await startWith(['-c', file, '-v']);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function startWith(argv: readonly string[]): Promise<BrokerProcess> {
  const program = new RunningProgram(process.execPath, [BROKER, ...argv]);
  await program.line(/ running$/);
  const urls = program.errorLines.flatMap((line) => /Listening on (?<url>\S+)/.exec(line)?.groups?.['url'] ?? []);
  return {
    program,
    urls,
    port: portIn(urls[0]),
    portOf: (scheme) => portIn(urls.find((url) => url.startsWith(`${scheme}:`))),
    async stop() {
      program.kill('SIGTERM');
      return (await program.exited).code;
    },
  };
}

function portIn(url: string | undefined): number {
  const port = /:(?<port>\d+)(?:\/|$)/.exec(url ?? '')?.groups?.['port'];
  if (port === undefined) throw new Error(`no port in ${url}`);
  return Number(port);
}

/** The program that is tested: the built one. */
export const BROKER: string = join(
  dirname(createRequire(import.meta.url).resolve('skua-broker/package.json')),
  'bin/skua-broker',
);
