import { run, RunningProgram } from './running-program.ts';

/**
 * Publishes with mosquitto_pub and waits for its end, which with QoS 1 and 2 comes after the acknowledgement.
 *
 * @param options - As on its command line; no word may hold a blank.
 */
export async function publish(port: number, options: string): Promise<void> {
  const { code, output, errors } = await run('mosquitto_pub', [...address(port), ...options.split(' ')]);
  if (code !== 0) throw new Error(`mosquitto_pub ${options} ended with ${code}: ${output} ${errors}`);
}

/** A mosquitto_sub that has its SUBACK. */
export class MosquittoSub {
  readonly program: RunningProgram;

  private constructor(program: RunningProgram) {
    this.program = program;
  }

  /**
   * Starts mosquitto_sub and waits until it is subscribed.
   *
   * @param format - What a message is printed as, in the letters of its -F option.
   * @param options - As on its command line; no word may hold a blank.
   */
  static async start(port: number, format: string, options: string): Promise<MosquittoSub> {
    // -d prints the packets, among them "Subscribed", and MARK tells the messages from those lines. Into a pipe it
    // would print nothing before the first message, were it not for stdbuf.
    const argv = [...address(port), '-d', '-F', `${MARK}${format}`, ...options.split(' ')];
    const program = new RunningProgram('stdbuf', ['-oL', 'mosquitto_sub', ...argv]);
    await program.line(/^Subscribed \(mid/);
    return new MosquittoSub(program);
  }

  /** The first `count` messages, as soon as there are as many. */
  async messages(count: number): Promise<readonly string[]> {
    const lines = await this.program.lines(new RegExp(`^${MARK}`), count);
    return lines.map((line) => line.slice(MARK.length));
  }

  /** The messages before the first one that ends with `end`, which is waited for. */
  async messagesBefore(end: string): Promise<readonly string[]> {
    await this.program.until(`a message that ends with ${end}`, () =>
      this.program.outputLines.find((line) => line.startsWith(MARK) && line.endsWith(end)),
    );
    const messages = this.program.outputLines.filter((line) => line.startsWith(MARK));
    const all = messages.map((line) => line.slice(MARK.length));
    return all.slice(
      0,
      all.findIndex((message) => message.endsWith(end)),
    );
  }

  /** Ends it with a DISCONNECT, and waits for that. */
  async stop(): Promise<void> {
    this.program.kill('SIGTERM');
    await this.program.exited;
  }
}

function address(port: number): string[] {
  return ['-h', '127.0.0.1', '-p', `${port}`];
}

const MARK = 'message: ';
