import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PacketClient } from './packet-client.ts';
import { RunningProgram } from './running-program.ts';

/** Debian's mosquitto, running, with `persistence true`. */
export interface MosquittoBroker {
  readonly port: number;
  /** Its persistence file. */
  readonly file: string;
  /** SIGUSR1: it writes the file and goes on. */
  save(): Promise<void>;
  /** SIGTERM: it writes the file and ends. */
  stop(): Promise<void>;
  /** Removes its files. */
  remove(): void;
}

/** Starts mosquitto on a free port. */
export async function startMosquitto(...lines: readonly string[]): Promise<MosquittoBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'skua-interop-'));
  const port = await freePort();
  const configuration = join(folder, 'mosquitto.conf');
  const general = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'persistence true', 'user root'];
  writeFileSync(configuration, [...general, `persistence_location ${folder}/`, ...lines, ''].join('\n'));
  const program = new RunningProgram('mosquitto', ['-c', configuration]);
  await program.line(/ running$/);
  return {
    port,
    file: join(folder, 'mosquitto.db'),
    async save() {
      program.kill('SIGUSR1');
      await program.line(/Saving in-memory database/);
      // Whoever is answered now is answered after the file was written, since mosquitto does one thing at a time.
      const options = { clientIdentifier: 'after-save', version: 4, cleanStart: true } as const;
      (await PacketClient.connect(port, options)).cut();
    },
    async stop() {
      program.kill('SIGTERM');
      await program.exited;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  probe.close();
  await once(probe, 'close');
  return address.port;
}
