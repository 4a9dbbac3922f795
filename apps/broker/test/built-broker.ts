import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The program as it is started by its users. */
export const PROGRAM: string = fileURLToPath(new URL('../bin/skua-broker', import.meta.url));

/** Runs the built program to its end: for what ends by itself. */
export function runToEnd(...argv: readonly string[]): {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...argv], {
    encoding: 'utf8',
    timeout: DEADLINE_MS,
  });
  return { code: status, stdout, stderr };
}

/** The built program, running. It is killed when the test is over. */
export class BuiltBroker {
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly #child: ReturnType<typeof spawn>;
  #stderr = '';
  readonly #watchers = new Set<() => void>();

  /** @param nodeOptions - Options of node itself. */
  constructor(argv: readonly string[], nodeOptions: readonly string[] = []) {
    this.#child = spawn(process.execPath, [...nodeOptions, PROGRAM, ...argv], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      for (const watcher of this.#watchers) watcher();
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        resolve({ code, signal });
        for (const watcher of this.#watchers) watcher();
      });
    });
    onTestFinished(() => {
      this.#child.kill('SIGKILL');
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Everything that it wrote to stderr so far. */
  get stderr(): string {
    return this.#stderr;
  }

  /** The port of the first address that it listens on. */
  get port(): number {
    return Number(/Listening on mqtt:\/\/127\.0\.0\.1:(?<port>\d+)/.exec(this.#stderr)?.groups?.['port']);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until stderr has a match. */
  wrote(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`nothing like ${pattern} within ${DEADLINE_MS} ms in\n${this.#stderr}`));
      }, DEADLINE_MS);
      const check = (): void => {
        if (!pattern.test(this.#stderr)) return;
        clearTimeout(timer);
        this.#watchers.delete(check);
        resolve();
      };
      this.#watchers.add(check);
      check();
    });
  }
}

const DEADLINE_MS = 20_000;
