import { isIP } from 'node:net';
import { LOG_TYPES, type LogDestination, type LogType } from '../log.ts';
import { isTopicFilter } from '@skua/topics';
import type { ListenerAddress } from './configuration.ts';

/** How the value of a directive is written, and what it becomes. */
export interface ValueType<T> {
  /** What is allowed, as the end of the sentence `allowed: …`. */
  readonly allowed: string;
  /** The value, or undefined when the text is not allowed. Never throws. `text` is never empty. */
  parse(text: string): T | undefined;
}

/** `true` and `1`, `false` and `0`, as mosquitto takes them. */
export const booleanValue: ValueType<boolean> = {
  allowed: 'true or false',
  parse: (text) => BOOLEANS.get(text),
};

/** A whole number in decimal digits, bounds included. */
export function integerValue(minimum: number, maximum: number, unit = ''): ValueType<number> {
  return {
    allowed: `a whole number from ${minimum} to ${maximum}${unit}`,
    parse: (text) => integerWithin(text, minimum, maximum),
  };
}

/** One of a few words. */
export function choiceValue<const T extends string>(...choices: readonly T[]): ValueType<T> {
  return { allowed: choices.join(' or '), parse: (text) => choices.find((choice) => choice === text) };
}

/** Any text: a path or a name. `allowed` says of what. */
export function textValue(allowed: string): ValueType<string> {
  // U+0000 ends a path for the operating system, and node:fs throws at it.
  return { allowed, parse: (text) => (text.includes('\0') ? undefined : text) };
}

/** A Topic Filter. */
export const topicFilterValue: ValueType<string> = {
  allowed: 'a Topic Filter',
  parse: (text) => (isTopicFilter(text) ? text : undefined),
};

/** An IP address or a host name. */
export const hostValue: ValueType<string> = {
  allowed: 'an IP address or a host name',
  parse: (text) => (isHost(text) ? text : undefined),
};

/** A number and its unit; in seconds. A month is 30 days and a year 365, as in mosquitto. */
export const durationValue: ValueType<number> = {
  allowed: 'a whole number above 0 and one of s, h, d, w, m, y (second, hour, day, week, month, year), such as 14d',
  parse(text) {
    const unit = text.at(-1)!;
    const count = integerWithin(text.slice(0, -1), 1, 2 ** 31 - 1);
    const seconds = SECONDS_PER_UNIT.get(unit);
    return count === undefined || seconds === undefined ? undefined : count * seconds;
  },
};

/**
 * `PORT`, `PORT HOST` or `0 PATH`. Port 0 with an IP address in place of a path is a port that the system picks, which
 * mosquitto would take for a Unix socket of that name.
 */
export const listenerValue: ValueType<ListenerAddress> = {
  allowed: 'a port from 1 to 65535 with or without an IP address or host name after it, or 0 and the path of a socket',
  parse(text) {
    const separator = text.search(/[ \t]/);
    const word = separator === -1 ? text : text.slice(0, separator);
    const port = integerWithin(word, 0, 65_535);
    const rest = text.slice(word.length).trim();
    if (port === undefined || rest.includes('\0')) return undefined;
    if (port === 0 && isIP(rest) === 0) return rest === '' ? undefined : { kind: 'unix', path: rest };
    if (rest === '') return { kind: 'tcp', host: undefined, port };
    return isHost(rest) ? { kind: 'tcp', host: rest, port } : undefined;
  },
};

/** A severity or a kind of log line; `all` and `none` for every and no one. */
export const logTypeValue: ValueType<LogType | 'all' | 'none'> = {
  allowed: [...LOG_TYPES, 'all', 'none'].join(', '),
  parse: (text) => [...LOG_TYPES, 'all' as const, 'none' as const].find((type) => type === text),
};

/** Where log lines go: `stdout`, `stderr`, `file PATH`; `none` for nowhere. */
export const logDestinationValue: ValueType<LogDestination | 'none'> = {
  allowed: 'stdout, stderr, none, or file and a path (syslog, topic, dlt and android are not supported)',
  parse(text) {
    if (text === 'none') return text;
    if (text === 'stdout' || text === 'stderr') return { kind: text };
    const path = /^file[ \t]+(?<path>[^\0]+)$/.exec(text)?.groups?.['path'];
    return path === undefined ? undefined : { kind: 'file', path };
  },
};

function integerWithin(text: string, minimum: number, maximum: number): number | undefined {
  if (!/^[0-9]+$/.test(text)) return undefined;
  const number = Number(text);
  return number >= minimum && number <= maximum ? number : undefined;
}

function isHost(text: string): boolean {
  return isIP(text) !== 0 || /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})$/.test(text);
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

const SECONDS_PER_DAY = 86_400;

const SECONDS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['h', 3_600],
  ['d', SECONDS_PER_DAY],
  ['w', 7 * SECONDS_PER_DAY],
  ['m', 30 * SECONDS_PER_DAY],
  ['y', 365 * SECONDS_PER_DAY],
]);
