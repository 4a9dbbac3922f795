import { expect, test } from 'vitest';
import type { Option } from './option.ts';
import { parseOptions } from './parse-options.ts';
import { UsageError } from './usage-error.ts';

interface Settings {
  readonly seen: string[];
}

function option(
  names: readonly string[],
  values: readonly string[],
  count?: Option<Settings>['count'],
): Option<Settings> {
  return {
    names,
    values,
    help: '',
    ...(count === undefined ? {} : { count }),
    apply: ({ seen }, given, name) => {
      seen.push([name, ...given].join(' '));
    },
  };
}

const OPTIONS: readonly Option<Settings>[] = [
  option(['-t', '--topic'], ['TOPIC']),
  option(['-v', '--verbose'], []),
  option(['-D'], ['A', 'B', 'C'], (following) => (following[1] === 'long' ? 4 : 3)),
];

function parse(...argv: readonly string[]) {
  const settings: Settings = { seen: [] };
  const rest = parseOptions(argv, OPTIONS, settings);
  return { seen: settings.seen, rest };
}

test.each([
  ['-t a -v', ['-t a', '-v'], []],
  ['-t -v', ['-t -v'], []],
  ['--topic=a=b x', ['--topic a=b'], ['x']],
  ['--topic= -v', ['--topic ', '-v'], []],
  ['x - -v -- -v y', ['-v'], ['x', '-', '-v', 'y']],
  ['-D 1 short 3 -v', ['-D 1 short 3', '-v'], []],
  ['-D 1 long 3 4 -v', ['-D 1 long 3 4', '-v'], []],
])('%s', (line, seen, rest) => {
  expect(parse(...line.split(' '))).toEqual({ seen, rest });
});

test.each([
  ['-t', '-t needs TOPIC after it.'],
  ['-D 1 2', '-D needs A B C after it.'],
  ['--verbose=yes', '--verbose takes no value.'],
  ['--topci a', 'Unknown option --topci; did you mean --topic?'],
  ['--something', 'Unknown option --something.'],
  ['-q', 'Unknown option -q.'],
  ['-vt a', 'Unknown option -vt; options of one letter are not joined: -v -t.'],
])('%s is refused', (line, message) => {
  expect(() => parse(...line.split(' '))).toThrow(new UsageError(message));
});
