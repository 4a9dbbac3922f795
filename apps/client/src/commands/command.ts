import type { OptionGroup } from '../command-line/option.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** A command as the manual, the completions and the program see it. */
export interface Command {
  /** What follows `skua` in the first line of the manual, once for each way to call it. */
  readonly usage: readonly string[];
  /** Paragraphs of the manual. */
  readonly description: readonly string[];
  /** For manual and completion; how they are applied is the command's own affair. */
  readonly options: readonly OptionGroup<never>[];
  /** Words that may follow the command, for the completion: subcommands. */
  readonly words?: readonly string[];
  readonly exitCodes: readonly (readonly [code: string, meaning: string])[];
  readonly examples: readonly (readonly [commandLine: string, meaning: string])[];
  /** The exit code for a wrong command line. */
  readonly usageExitCode: number;
  /**
   * Does the work.
   *
   * @param argv - what follows the name of the command.
   * @returns the exit code.
   * @throws {UsageError} for a wrong command line, before anything happens.
   */
  readonly run: (argv: readonly string[], terminal: Terminal) => Promise<number>;
}
