import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The program as it is started by its users. */
export const PROGRAM: string = fileURLToPath(new URL('../bin/skua', import.meta.url));

/** Whether a program is installed. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--help'], { stdio: 'ignore' }).error === undefined;
}

/** A process and what it has written. */
export class Child {
  readonly ended: Promise<number | null>;
  readonly #child: ReturnType<typeof spawn>;
  #stdout = Buffer.alloc(0);
  #stderr = '';
  readonly #watchers = new Set<() => void>();

  constructor(command: string, argv: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(command, argv, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...QUIET, ...environment },
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#stdout = Buffer.concat([this.#stdout, chunk]);
      this.#wake();
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#wake();
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code) => {
        resolve(code);
        this.#wake();
      });
    });
    running.add(this.#child);
    void this.ended.finally(() => running.delete(this.#child)).catch(() => {});
  }

  get stdout(): Buffer {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Gives the process its input and ends it. */
  input(text: string | Uint8Array): this {
    this.#child.stdin?.end(text);
    return this;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until stdout or stderr fulfils a condition. */
  until(condition: (stdout: Buffer, stderr: string) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`not within ${DEADLINE_MS} ms; stdout: ${this.#stdout.toString()}; stderr: ${this.#stderr}`));
      }, DEADLINE_MS);
      const check = (): void => {
        if (!condition(this.#stdout, this.#stderr)) return;
        clearTimeout(timer);
        this.#watchers.delete(check);
        resolve();
      };
      this.#watchers.add(check);
      check();
    });
  }

  #wake(): void {
    for (const watcher of this.#watchers) watcher();
  }
}

/** Starts the built program. */
export function startSkua(argv: readonly string[], environment: Readonly<Record<string, string>> = {}): Child {
  return new Child(process.execPath, [PROGRAM, ...argv], environment);
}

/** Runs the built program to its end. */
export async function runSkua(
  argv: readonly string[],
  input: string | Uint8Array = '',
): Promise<{ readonly code: number | null; readonly output: string; readonly error: string }> {
  const child = startSkua(argv).input(input);
  const code = await child.ended;
  return { code, output: child.stdout.toString('utf8'), error: child.stderr };
}

/** Starts mosquitto with lines of configuration; `PORT` in them is a free port. */
export async function startMosquitto(configuration: string): Promise<{ readonly port: number; readonly child: Child }> {
  const port = await freePort();
  const file = join(mkdtempSync(join(tmpdir(), 'skua-mosquitto-')), 'mosquitto.conf');
  writeFileSync(file, configuration.replaceAll('PORT', `${port}`));
  const child = new Child('mosquitto', ['-c', file]);
  await child.until((_, stderr) => stderr.includes('running'));
  return { port, child };
}

/** Ends what a test file has left running. */
export function endChildren(): void {
  for (const child of running) child.kill('SIGKILL');
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

const running = new Set<ReturnType<typeof spawn>>();
/** No defaults of whoever runs the tests. */
const QUIET = { XDG_CONFIG_HOME: '/nonexistent', TZ: 'Asia/Kolkata', LC_ALL: 'C' };
const DEADLINE_MS = 20_000;
