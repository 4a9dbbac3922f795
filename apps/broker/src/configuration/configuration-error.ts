/** One thing that is wrong with a configuration. */
export interface ConfigurationProblem {
  /** Path of the file, as it was given. */
  readonly file: string;
  /** Line number from 1, or undefined when the whole file is meant. */
  readonly line: number | undefined;
  /** One sentence: what was found and what is allowed. */
  readonly text: string;
}

/** A configuration cannot be used. Carries every problem of the file, in the order of its lines. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    const ordered = problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
    super(ordered.map(describeProblem).join('\n'));
    this.problems = ordered;
  }
}

function describeProblem({ file, line, text }: ConfigurationProblem): string {
  return line === undefined ? `${file}: ${text}` : `${file}:${line}: ${text}`;
}
