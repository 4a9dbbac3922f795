import type { Configuration } from './configuration.ts';
import { currentListener, emptyDraft, listenerDraft, type ConfigurationDraft } from './configuration-draft.ts';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.ts';
import { DIRECTIVES, type Directive } from './directives.ts';
import { finishConfiguration, type ReportProblem } from './finish-configuration.ts';
import { configurationLines, type ConfigurationLine } from './lexer.ts';
import { isMosquittoOption, MOSQUITTO_OPTIONS } from './mosquitto-options.ts';
import { nearName } from '../near-name.ts';

/**
 * Reads the text of a configuration file in mosquitto's syntax.
 *
 * Options are positional: a listener option binds to the last `listener` above it and, when there is none, to an
 * implicit listener on port 1883.
 *
 * @param file - The path of the file, for messages.
 * @throws {@link ConfigurationError} with every problem of the file.
 */
export function parseConfiguration(text: string, file: string): Configuration {
  const draft = emptyDraft();
  const problems: ConfigurationProblem[] = [];
  const report: ReportProblem = (line, problem) => void problems.push({ file, line, text: problem });
  for (const line of configurationLines(text)) {
    const problem = applyLine(draft, line);
    if (problem !== undefined) report(line.line, problem);
  }
  const configuration = finishConfiguration(draft, report);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return configuration;
}

/** Applies one line to the draft, or says what is wrong with it. */
function applyLine(draft: ConfigurationDraft, { line, name, value }: ConfigurationLine): string | undefined {
  const directive = DIRECTIVES_BY_NAME.get(name);
  if (directive === undefined) return unknownName(name);
  const given = linesOfScope(draft, directive);
  const before = given?.get(name);
  if (before !== undefined && directive.repeat === 'error') return `${name} was already given on line ${before}`;
  given?.set(name, line);
  if (value === '') return `${name} needs a value; allowed: ${directive.allowed}`;
  if (!directive.apply(draft, value)) {
    // The options that follow belong to this listener nonetheless: they are checked as such.
    if (directive.scope === 'new listener') draft.listeners.push(listenerDraft(undefined));
    return `${name}: found "${value}"; allowed: ${directive.allowed}${commentHint(value)}`;
  }
  if (directive.scope === 'new listener') currentListener(draft).lines.set(name, line);
  return undefined;
}

function linesOfScope(draft: ConfigurationDraft, { scope }: Directive): Map<string, number> | undefined {
  switch (scope) {
    case 'general':
      return draft.lines;
    case 'listener':
      return currentListener(draft).lines;
    case 'implicit listener':
      return draft.implicit.lines;
    case 'new listener': // Each is a scope of its own.
    default:
      return undefined;
  }
}

function unknownName(name: string): string {
  if (name.startsWith('#')) return `"${name}": the # of a comment must be the first character of its line`;
  if (isMosquittoOption(name)) return `"${name}" is an option of mosquitto that skua-broker does not read`;
  // A name that is read is the better guess, unless one that is not read is much nearer.
  const near = nearName(name, DIRECTIVES_BY_NAME.keys()) ?? nearName(name, MOSQUITTO_OPTIONS);
  return `"${name}" is not an option${near === undefined ? '' : `; did you mean "${near}"?`}`;
}

function commentHint(value: string): string {
  return /[ \t]#/.test(value) ? '. A # begins a comment only as the first character of its line' : '';
}

const DIRECTIVES_BY_NAME: ReadonlyMap<string, Directive> = new Map(
  DIRECTIVES.map((directive) => [directive.name, directive]),
);
