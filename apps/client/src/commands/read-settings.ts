import type { Option, OptionGroup } from '../command-line/option.ts';
import { applyOptionsFile } from '../command-line/options-file.ts';
import { parseOptions } from '../command-line/parse-options.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { checkConnection, type ConnectionSettings } from '../connection/connection-settings.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** The options of all groups. */
export function optionsOf<S>(groups: readonly OptionGroup<S>[]): readonly Option<S>[] {
  return groups.flatMap(({ options }) => options);
}

/**
 * Reads the defaults of the user and then the command line into the settings, for commands that take options only.
 *
 * @throws {UsageError}
 */
export function readSettings<S extends ConnectionSettings>(
  command: string,
  argv: readonly string[],
  groups: readonly OptionGroup<S>[],
  settings: S,
  terminal: Terminal,
): S {
  const options = optionsOf(groups);
  applyOptionsFile(command, argv, options, settings, terminal.environment);
  const [unexpected] = parseOptions(argv, options, settings);
  if (unexpected !== undefined) throw new UsageError(`Unexpected argument "${unexpected}".`);
  checkConnection(settings);
  return settings;
}
