/** What a shell may complete after an option. */
export type Completion = 'file' | 'folder' | readonly string[];

/**
 * One option of a command: how it is written, what the manual says of it, and what it does to the settings.
 * `S` is what the options of a command are collected in.
 */
export interface Option<S> {
  /** As they are written, the shortest first: `['-t', '--topic']`. */
  readonly names: readonly string[];
  /** What follows, as the manual names it: `['TOPIC']`; empty for a switch. */
  readonly values: readonly string[];
  /** One or more sentences for the manual. */
  readonly help: string;
  readonly completes?: Completion;
  /** How many arguments follow, for an option whose first ones decide it. */
  readonly count?: (following: readonly string[]) => number;
  /**
   * @param name - the name that was used, for messages.
   * @throws {UsageError}
   */
  readonly apply: (settings: S, values: readonly string[], name: string) => void;
}

/** Options under a heading of the manual. */
export interface OptionGroup<S> {
  readonly title: string;
  readonly options: readonly Option<S>[];
}
