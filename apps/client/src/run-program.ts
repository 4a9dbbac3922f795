import { manualText, overviewText } from './command-line/help-text.ts';
import { nearName } from './command-line/near-name.ts';
import { UsageError } from './command-line/usage-error.ts';
import { COMMANDS, type CommandEntry } from './commands/command-table.ts';
import type { Command } from './commands/command.ts';
import type { Terminal } from './terminal/terminal.ts';

/**
 * Runs a command line.
 *
 * @param argv - the arguments without the names of node and of the program.
 * @returns the exit code.
 */
export async function runProgram(argv: readonly string[], version: string, terminal: Terminal): Promise<number> {
  const [word, ...rest] = argv;
  switch (word) {
    case undefined:
      terminal.writeError(overviewText(COMMANDS));
      return 2;
    case '--version':
    case 'version':
      if (rest[0] !== undefined) return wrong(terminal, `Unexpected argument "${rest[0]}" after ${word}.`);
      terminal.write(`skua version ${version}\n`);
      return 0;
    case '--help':
    case '-h':
    case 'help':
      return help(rest, word, terminal);
    default: {
      const entry = COMMANDS.find(({ name }) => name === word);
      if (entry === undefined) return wrong(terminal, unknownWord(word));
      return runCommand(entry, rest, version, terminal);
    }
  }
}

async function runCommand(
  entry: CommandEntry,
  argv: readonly string[],
  version: string,
  terminal: Terminal,
): Promise<number> {
  const command = await entry.load();
  if (asksForHelp(argv, command)) {
    terminal.write(manualText(entry.name, command, terminal.size().columns));
    return 0;
  }
  if (argv.length === 1 && argv[0] === '--version') {
    terminal.write(`skua ${entry.name} version ${version}\n`);
    return 0;
  }
  try {
    return await command.run(argv, terminal);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.writeError(`Error: ${error.message} See skua ${entry.name} --help.\n`);
    return command.usageExitCode;
  }
}

/** `--help` comes first or last, unless it is the value of the option before it. */
function asksForHelp(argv: readonly string[], command: Command): boolean {
  if (argv[0] === '--help') return true;
  const before = argv.at(-2) ?? '';
  const options = command.options.flatMap((group) => group.options);
  const isValue = options.some(({ names, values }) => values.length > 0 && names.includes(before));
  return argv.at(-1) === '--help' && !isValue;
}

async function help(words: readonly string[], word: string, terminal: Terminal): Promise<number> {
  const [name, more] = words;
  if (name === undefined) {
    terminal.write(overviewText(COMMANDS));
    return 0;
  }
  if (more !== undefined) return wrong(terminal, `Unexpected argument "${more}" after ${word} ${name}.`);
  if (name === '--markdown') {
    const { manualMarkdown } = await import('./command-line/manual-markdown.ts');
    const commands = await Promise.all(COMMANDS.map(async (entry) => ({ ...entry, command: await entry.load() })));
    terminal.write(manualMarkdown(commands));
    return 0;
  }
  const entry = COMMANDS.find((candidate) => candidate.name === name);
  if (entry === undefined) return wrong(terminal, unknownWord(name));
  terminal.write(manualText(name, await entry.load(), terminal.size().columns));
  return 0;
}

function wrong(terminal: Terminal, sentence: string): number {
  terminal.writeError(`Error: ${sentence} See skua --help.\n`);
  return 2;
}

function unknownWord(found: string): string {
  const kind = found.startsWith('-') ? 'option' : 'command';
  const near = nearName(found, [...COMMANDS.map(({ name }) => name), ...WORDS]);
  return `Unknown ${kind} "${found}"${near === undefined ? '.' : `; did you mean ${near}?`}`;
}

const WORDS: readonly string[] = ['help', '--help', 'version', '--version'];
