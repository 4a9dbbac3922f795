import { expect, test } from 'vitest';
import { parseStoreArguments } from './store-arguments.ts';

const here = { location: undefined, configurationFile: undefined };

test.each([
  ['info', { kind: 'info', ...here }],
  ['verify -l /var/x', { kind: 'verify', ...here, location: '/var/x' }],
  ['-c m.conf compact', { kind: 'compact', ...here, configurationFile: 'm.conf' }],
  ['export', { kind: 'export', output: undefined, ...here }],
  ['export -o out.ndjson', { kind: 'export', output: 'out.ndjson', ...here }],
  ['import in.ndjson --location=-x', { kind: 'import', input: 'in.ndjson', form: 'lines', ...here, location: '-x' }],
  ['import --from-mosquitto m.db', { kind: 'import', input: 'm.db', form: 'mosquitto', ...here }],
  ['backup there', { kind: 'backup', folder: 'there', ...here }],
  ['info --help', { kind: 'help' }],
  ['-h', { kind: 'help' }],
])('%s', (line, command) => {
  expect(parseStoreArguments(line.split(' '))).toEqual(command);
});

test.each([
  ['', 'store needs one of info, verify, export, import, compact, backup. See skua-broker store --help.'],
  ['exprot', 'Unknown command store exprot; did you mean export?'],
  ['zap', 'Unknown command store zap; known: info, verify, export, import, compact, backup.'],
  ['info x', 'store info: unexpected argument "x".'],
  ['import', 'store import needs the path of the file to read.'],
  ['import a b', 'store import: unexpected argument "b".'],
  ['import a --from-mosquitto b', 'store import: unexpected argument "a".'],
  ['backup', 'store backup needs the path of the folder to write.'],
  ['info -o x', 'store info takes no --output.'],
  ['export --from-mosquitto x', 'store export takes no --from-mosquitto.'],
  ['info -c a -l b', '--location and --config-file both say where the store is; give one of them.'],
  ['info -l', '-l needs a path after it.'],
  ['info -l -c', '-l needs a path after it.'],
  ['info -l a -l b', '-l was given twice.'],
  ['info --loction a', 'Unknown option --loction; did you mean --location? See skua-broker store --help.'],
])('%s is refused', (line, sentence) => {
  expect(() => parseStoreArguments(line === '' ? [] : line.split(' '))).toThrow(sentence);
});
