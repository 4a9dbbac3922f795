import { nearName } from './near-name.ts';
import type { Option } from './option.ts';
import { UsageError } from './usage-error.ts';

/**
 * Reads options as mosquitto's tools do: names are whole words, never joined, and what follows an option is its value even
 * when it begins with a hyphen. `--name=value` is understood as well, and everything after `--` is an argument.
 *
 * @returns the arguments that belong to no option.
 * @throws {UsageError} that names the option and, for an unknown one, the near one.
 */
export function parseOptions<S>(
  argv: readonly string[],
  options: readonly Option<S>[],
  settings: S,
): readonly string[] {
  const byName = new Map(options.flatMap((option) => option.names.map((name) => [name, option] as const)));
  const positionals: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index]!;
    if (word === '--') return [...positionals, ...argv.slice(index + 1)];
    if (!word.startsWith('-') || word === '-') {
      positionals.push(word);
      continue;
    }
    const equals = word.startsWith('--') ? word.indexOf('=') : -1;
    const name = equals === -1 ? word : word.slice(0, equals);
    const option = byName.get(name);
    if (option === undefined) throw new UsageError(unknownOption(name, byName));
    const following = equals === -1 ? argv.slice(index + 1) : [word.slice(equals + 1), ...argv.slice(index + 1)];
    const count = option.count?.(following) ?? option.values.length;
    if (equals !== -1 && count === 0) throw new UsageError(`${name} takes no value.`);
    const values = following.slice(0, count);
    if (values.length < count) throw new UsageError(`${name} needs ${valueNames(option, count)} after it.`);
    option.apply(settings, values, name);
    index += equals === -1 ? count : count - 1;
  }
  return positionals;
}

/** A whole number in a range. */
export function wholeNumber(name: string, text: string, minimum: number, maximum: number): number {
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || value < minimum || value > maximum) {
    throw new UsageError(`${name}: found "${text}"; allowed: a whole number from ${minimum} to ${maximum}.`);
  }
  return value;
}

/** A number that may have a fraction. */
export function decimalNumber(name: string, text: string, minimum: number, maximum: number): number {
  const value = Number(text);
  if (!/^(?:\d+\.?\d*|\.\d+)$/.test(text) || value < minimum || value > maximum) {
    throw new UsageError(`${name}: found "${text}"; allowed: a number from ${minimum} to ${maximum}.`);
  }
  return value;
}

/** One of a few words. */
export function oneOf<const W extends string>(name: string, text: string, allowed: readonly W[]): W {
  const found = allowed.find((word) => word === text);
  if (found === undefined) throw new UsageError(`${name}: found "${text}"; allowed: ${allowed.join(', ')}.`);
  return found;
}

function unknownOption(name: string, known: ReadonlyMap<string, unknown>): string {
  const letters = /^-([a-zA-Z]{2,})$/.exec(name)?.[1] ?? '';
  const apart = letters.split('').map((letter) => `-${letter}`);
  if (apart.length > 1 && apart.every((letter) => known.has(letter))) {
    return `Unknown option ${name}; options of one letter are not joined: ${apart.join(' ')}.`;
  }
  const near = nearName(name, known.keys());
  return `Unknown option ${name}${near === undefined ? '.' : `; did you mean ${near}?`}`;
}

function valueNames<S>(option: Option<S>, count: number): string {
  const names = option.values.slice(0, count);
  return names.length === 0 ? 'a value' : names.join(' ');
}
