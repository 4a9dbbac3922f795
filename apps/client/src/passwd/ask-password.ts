import { readLines } from '../terminal/standard-input.ts';
import type { Terminal } from '../terminal/terminal.ts';

/**
 * Asks for a password twice, without showing it; when stdin is not a terminal its first two lines are taken, of which the
 * second may be missing.
 *
 * @returns undefined when the two differ.
 */
export async function askNewPassword(terminal: Terminal): Promise<string | undefined> {
  if (terminal.stdin.isTTY !== true) {
    const [first = '', second = first] = await firstLines(terminal, 2);
    return first === second ? first : undefined;
  }
  const typedAhead = { keys: '' };
  const first = await askHidden(terminal, 'Password: ', typedAhead);
  const second = await askHidden(terminal, 'Reenter password: ', typedAhead);
  return first === second ? first : undefined;
}

/** Asks for a password once. */
export async function askPassword(terminal: Terminal): Promise<string> {
  if (terminal.stdin.isTTY === true) return askHidden(terminal, 'Password: ', { keys: '' });
  return (await firstLines(terminal, 1))[0] ?? '';
}

async function firstLines(terminal: Terminal, count: number): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of readLines(terminal.stdin)) {
    lines.push(line.toString('utf8').replace(/\r$/, ''));
    if (lines.length === count) break;
  }
  return lines;
}

/** Asks without showing the answer; what was typed ahead of the next question is kept for it. */
function askHidden({ stdin, writeError }: Terminal, question: string, typedAhead: { keys: string }): Promise<string> {
  writeError(question);
  stdin.setRawMode?.(true);
  stdin.resume();
  return new Promise((resolve) => {
    let answer = '';
    const end = (): void => {
      stdin.off('data', take);
      stdin.setRawMode?.(false);
      stdin.pause();
      writeError('\n');
    };
    const take = (keys: Uint8Array | string): void => {
      const characters = Array.from(keys.toString());
      for (const [index, character] of characters.entries()) {
        if (character === '\r' || character === '\n' || character === END_OF_TRANSMISSION) {
          typedAhead.keys = characters.slice(index + 1).join('');
          end();
          resolve(answer);
          return;
        }
        if (character === INTERRUPT) {
          end();
          process.exit(130);
        }
        answer = character === DELETE || character === '\b' ? answer.slice(0, -1) : answer + character;
      }
    };
    stdin.on('data', take);
    const { keys } = typedAhead;
    typedAhead.keys = '';
    take(keys);
  });
}

const INTERRUPT = '\u0003';
const END_OF_TRANSMISSION = '\u0004';
const DELETE = '\u007f';
