import { expect, test } from 'vitest';
import { answerCommandLine } from './answer-command-line.ts';

test.each(['--version', 'version'])('%s prints the version', (word) => {
  expect(answerCommandLine([word], '1.2.3')).toEqual({ output: 'skua version 1.2.3\n', error: '', exitCode: 0 });
});

test.each(['--help', '-h', 'help'])('%s prints the help', (word) => {
  const { output, error, exitCode } = answerCommandLine([word], '1.2.3');
  expect(output).toContain('Usage: skua COMMAND');
  expect({ error, exitCode }).toEqual({ error: '', exitCode: 0 });
});

test('without arguments the help goes to stderr, and the code says that nothing was done', () => {
  const { output, error, exitCode } = answerCommandLine([], '1.2.3');
  expect(error).toContain('Usage: skua COMMAND');
  expect({ output, exitCode }).toEqual({ output: '', exitCode: 2 });
});

test.each([
  [['hlep'], 'Unknown command "hlep"; did you mean help? See skua --help.\n'],
  [['versio'], 'Unknown command "versio"; did you mean version? See skua --help.\n'],
  [['--verison'], 'Unknown option "--verison"; did you mean --version? See skua --help.\n'],
  [['--Help'], 'Unknown option "--Help"; did you mean --help? See skua --help.\n'],
  [['publish'], 'Unknown command "publish". See skua --help.\n'],
  [['-x'], 'Unknown option "-x". See skua --help.\n'],
  [[''], 'Unknown command "". See skua --help.\n'],
  [['help', 'me'], 'Unexpected argument "me" after help. See skua --help.\n'],
])('%j is one sentence and exit code 2', (argv, error) => {
  expect(answerCommandLine(argv, '1.2.3')).toEqual({ output: '', error, exitCode: 2 });
});
