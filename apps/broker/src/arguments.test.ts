import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HELP, parseArguments, UsageError } from './arguments.ts';

const run = { kind: 'run', configurationFile: undefined, ports: [], logging: 'as configured' };

test.each([
  [[], run],
  [['-c', 'a.conf'], { ...run, configurationFile: 'a.conf' }],
  [['--config-file', 'a.conf'], { ...run, configurationFile: 'a.conf' }],
  [['--config-file=-a.conf'], { ...run, configurationFile: '-a.conf' }],
  [['-p', '1884'], { ...run, ports: [1884] }],
  [['-p1884', '--port=0'], { ...run, ports: [1884, 0] }],
  [['-v'], { ...run, logging: 'verbose' }],
  [['-vp', '1884'], { ...run, logging: 'verbose', ports: [1884] }],
  [['--quiet'], { ...run, logging: 'quiet' }],
  [['-c', 'a', '--test-config'], { ...run, kind: 'test configuration', configurationFile: 'a' }],
  [['--version'], { kind: 'version' }],
  [['-v', '-h'], { kind: 'help' }],
])('%j', (argv, command) => {
  expect(parseArguments(argv)).toEqual(command);
});

describe('a wrong command line', () => {
  test.each([
    [['--verbos'], 'Unknown option --verbos; did you mean --verbose? See skua-broker --help.'],
    [['--test_config'], 'Unknown option --test_config; did you mean --test-config? See skua-broker --help.'],
    [['--zzz'], 'Unknown option --zzz. See skua-broker --help.'],
    [['-x'], 'Unknown option -x. See skua-broker --help.'],
    [['--toString'], 'Unknown option --toString. See skua-broker --help.'],
    [['-d'], '-d of mosquitto is not supported: the broker stays in the foreground'],
    [['a.conf'], 'Unexpected argument "a.conf": a configuration file is given with -c, a port with -p.'],
    [['-c'], '-c needs the path of a file after it.'],
    [['-c', '-v'], '-c needs the path of a file after it.'],
    [['-c', 'a', '-c', 'b'], '-c was given twice; one file is read.'],
    [['-p', 'abc'], '-p: found "abc"; allowed: a port from 0 to 65535.'],
    [['-p', '65536'], '-p: found "65536"; allowed: a port from 0 to 65535.'],
    [['-p', '-1'], '-p needs a port after it.'],
    [['--port='], '--port needs a port after it.'],
    [['--verbose=yes'], '--verbose takes no value.'],
  ])('%j', (argv, message) => {
    expect(() => parseArguments(argv)).toThrow(UsageError);
    expect(() => parseArguments(argv)).toThrow(message);
  });

  test('any arguments are read or refused, and nothing else is thrown', () => {
    const argument = fc.oneof(
      fc.string(),
      fc.constantFrom('-c', '-p', '-v', '--', '-', '--port', '--no-port', '1883', '--test-config'),
    );
    fc.assert(
      fc.property(fc.array(argument), (argv) => {
        try {
          parseArguments(argv);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});

test('the help names every option that is read', () => {
  for (const option of [
    '-c, --config-file',
    '-p, --port',
    '-v, --verbose',
    '-q, --quiet',
    '--test-config',
    '--version',
  ])
    expect(HELP).toContain(option);
});
