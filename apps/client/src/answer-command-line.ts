/** What the program writes, and the code that it ends with. */
export interface Answer {
  /** For stdout. */
  readonly output: string;
  /** For stderr. */
  readonly error: string;
  /** 0, or 2 when the command line is wrong. */
  readonly exitCode: number;
}

/**
 * Answers a command line.
 *
 * @param argv - The arguments without the names of node and of the program.
 * @param version - The version to print.
 */
export function answerCommandLine(argv: readonly string[], version: string): Answer {
  const [word, next] = argv;
  if (word === undefined) return { output: '', error: HELP, exitCode: 2 };
  if (next !== undefined && WORDS.includes(word) && word !== 'check')
    return wrong(`Unexpected argument "${next}" after ${word}.`);
  switch (word) {
    case '--version':
    case 'version':
      return { output: `skua version ${version}\n`, error: '', exitCode: 0 };
    case '--help':
    case '-h':
    case 'help':
      return { output: HELP, error: '', exitCode: 0 };
    default:
      return wrong(unknownWord(word));
  }
}

const HELP = `Usage: skua COMMAND

The command line of Skua, an MQTT toolkit.

  check URL           run the conformance suite against a broker
  help, --help, -h    print this text
  version, --version  print the version

skua check URL [options]
  URL                 mqtt://host[:port], mqtts://, ws://, wss:// or unix:/path
  --mqtt VERSION      only the statements of 5.0 or of 3.1.1
  --only TEXT         only tests with this text in their name or statement ids
  --json FILE, --junit FILE, --html FILE
                      also write the report to a file
  --cafile FILE       authorities for the broker's certificate
  --insecure          accept any certificate
Exit codes: 0 nothing failed, 1 a statement is broken, 2 wrong command line, 3 the broker cannot be reached.
`;

const WORDS: readonly string[] = ['check', 'help', '--help', '-h', 'version', '--version'];

function wrong(sentence: string): Answer {
  return { output: '', error: `${sentence} See skua --help.\n`, exitCode: 2 };
}

function unknownWord(found: string): string {
  const kind = found.startsWith('-') ? 'option' : 'command';
  const near = WORDS.find((word) => isNear(found.toLowerCase(), word));
  return `Unknown ${kind} "${found}"${near === undefined ? '.' : `; did you mean ${near}?`}`;
}

/** Whether two texts differ by at most one letter added, left out or changed, or by two neighbours swapped. */
function isNear(found: string, known: string): boolean {
  let start = 0;
  while (start < found.length && start < known.length && found[start] === known[start]) start++;
  let foundEnd = found.length;
  let knownEnd = known.length;
  while (foundEnd > start && knownEnd > start && found[foundEnd - 1] === known[knownEnd - 1]) {
    foundEnd--;
    knownEnd--;
  }
  const foundRest = found.slice(start, foundEnd);
  const knownRest = known.slice(start, knownEnd);
  const swapped = foundRest.length === 2 && foundRest === knownRest.split('').toReversed().join('');
  // A short word is near everything: one letter of `-h` may not be wrong.
  return (Math.max(foundRest.length, knownRest.length) <= 1 && known.length > 2) || swapped;
}
