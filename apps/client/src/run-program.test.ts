import { expect, test } from 'vitest';
import { runInProcess } from '../test/run-in-process.ts';

test.each(['--version', 'version'])('%s prints the version', async (word) => {
  expect(await runInProcess([word])).toEqual({ output: 'skua version 1.2.3\n', error: '', code: 0 });
});

test.each(['--help', '-h', 'help'])('%s prints the list of commands', async (word) => {
  const { output, error, code } = await runInProcess([word]);
  expect(output).toContain('Usage: skua COMMAND');
  expect({ error, code }).toEqual({ error: '', code: 0 });
});

test('without arguments the list goes to stderr, and the code says that nothing was done', async () => {
  const { output, error, code } = await runInProcess([]);
  expect(error).toContain('Usage: skua COMMAND');
  expect({ output, code }).toEqual({ output: '', code: 2 });
});

test('help of a command and --help behind it are the same manual', async () => {
  const { output, code } = await runInProcess(['help', 'decode']);
  expect(code).toBe(0);
  expect(output).toMatch(/^Usage: skua decode \[options\] HEX\.\.\.\n/);
  expect(output).toContain('Exit codes\n  0        every packet is right\n');
  expect((await runInProcess(['decode', '--base64', '--help'])).output).toBe(output);
});

test.each([
  [['hlep'], 'Error: Unknown command "hlep"; did you mean help? See skua --help.\n'],
  [['decoed'], 'Error: Unknown command "decoed"; did you mean decode? See skua --help.\n'],
  [['--verison'], 'Error: Unknown option "--verison"; did you mean --version? See skua --help.\n'],
  [['--Help'], 'Error: Unknown option "--Help"; did you mean --help? See skua --help.\n'],
  [['telephone'], 'Error: Unknown command "telephone". See skua --help.\n'],
  [['-x'], 'Error: Unknown option "-x". See skua --help.\n'],
  [[''], 'Error: Unknown command "". See skua --help.\n'],
  [['help', 'decode', 'me'], 'Error: Unexpected argument "me" after help decode. See skua --help.\n'],
  [['decode', '--bas64'], 'Error: Unknown option --bas64; did you mean --base64? See skua decode --help.\n'],
])('%j is one sentence and exit code 2', async (argv, error) => {
  expect(await runInProcess(argv)).toEqual({ output: '', error, code: 2 });
});
