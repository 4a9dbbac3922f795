import { bashCompletion, zshCompletion } from '../command-line/completion-script.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { COMMANDS } from './command-table.ts';
import type { Command } from './command.ts';

/** `skua completion`. */
export const COMPLETION: Command = {
  usage: ['bash', 'zsh'],
  description: ['Prints a completion script, made from the tables that the commands are made from.'],
  options: [],
  words: ['bash', 'zsh'],
  exitCodes: [
    ['0', 'printed'],
    ['2', 'wrong command line'],
  ],
  examples: [
    ['source <(skua completion bash)', 'in ~/.bashrc'],
    ['skua completion zsh > ~/.zfunc/_skua', 'in a folder of fpath'],
  ],
  usageExitCode: 2,
  run: async ([shell, ...more], terminal) => {
    if ((shell !== 'bash' && shell !== 'zsh') || more.length > 0) throw new UsageError('completion takes bash or zsh.');
    const commands = await Promise.all(COMMANDS.map(async (entry) => ({ ...entry, command: await entry.load() })));
    terminal.write(shell === 'bash' ? bashCompletion(commands) : zshCompletion(commands));
    return 0;
  },
};
