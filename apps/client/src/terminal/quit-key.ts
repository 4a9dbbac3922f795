import type { Terminal } from './terminal.ts';

/**
 * Calls back when somebody presses q, Escape or Ctrl-C, while stdin is a terminal.
 *
 * @returns what gives the keyboard back.
 */
export function onQuitKey({ stdin }: Terminal, stop: () => void): () => void {
  if (stdin.isTTY !== true) return () => {};
  const take = (keys: Uint8Array | string): void => {
    const text = keys.toString();
    if (text === 'q' || text === 'Q' || text === '\u001b' || text.includes('\u0003')) stop();
  };
  const giveBack = (): void => {
    stdin.off('data', take);
    process.off('exit', giveBack);
    stdin.setRawMode?.(false);
    stdin.pause();
  };
  stdin.setRawMode?.(true);
  stdin.on('data', take);
  stdin.resume();
  process.on('exit', giveBack);
  return giveBack;
}
