import { readFileSync } from 'node:fs';
import type { OptionGroup } from '../command-line/option.ts';
import { oneOf, parseOptions, wholeNumber } from '../command-line/parse-options.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { askNewPassword, askPassword } from '../passwd/ask-password.ts';
import {
  formatPasswordFile,
  isUser,
  parsePasswordFile,
  PasswordFileError,
  withoutUser,
  withUser,
  type PasswordLine,
} from '../passwd/password-file.ts';
import { hashPassword, isHash, verifyPassword, type HashType } from '../passwd/password-hash.ts';
import { replaceFile } from '../passwd/replace-file.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Command } from './command.ts';

interface PasswdSettings {
  action: 'set' | 'create' | 'delete' | 'upgrade' | 'verify';
  batch: boolean;
  type: HashType;
  iterations: number;
}

const OPTIONS: OptionGroup<PasswdSettings> = {
  title: 'Options',
  options: [
    {
      names: ['-c', '--create'],
      values: [],
      help: 'Makes a new file, in place of one that is there.',
      apply: choose('create'),
    },
    { names: ['-D', '--delete'], values: [], help: 'Deletes the user.', apply: choose('delete') },
    {
      names: ['-U', '--upgrade'],
      values: [],
      help: 'Hashes every password of a file that is still plain text; what is hashed already stays.',
      apply: choose('upgrade'),
    },
    {
      names: ['--verify'],
      values: [],
      help: 'Says whether the password is that of the user; changes nothing.',
      apply: choose('verify'),
    },
    {
      names: ['-b', '--batch'],
      values: [],
      help: 'Takes the password from the command line, where others on this machine can see it.',
      apply: (settings) => {
        settings.batch = true;
      },
    },
    {
      names: ['-H', '--hash'],
      values: ['TYPE'],
      help: 'sha512-pbkdf2, which is the default, or sha512 for mosquitto 1.6 and earlier.',
      completes: ['sha512-pbkdf2', 'sha512'],
      apply: (settings, [type = ''], name) => {
        settings.type = oneOf(name, type, ['sha512-pbkdf2', 'sha512']);
      },
    },
    {
      names: ['-I', '--iterations'],
      values: ['COUNT'],
      help: 'Iterations of PBKDF2; 101 unless given. Brokers compute them at every connection.',
      apply: (settings, [count = ''], name) => {
        settings.iterations = wholeNumber(name, count, 1, 10_000_000);
      },
    },
  ],
};

/** `skua passwd`, which does the job of mosquitto_passwd. */
export const PASSWD: Command = {
  usage: [
    '[-H TYPE] [-c | -D] FILE USER',
    '[-H TYPE] [-c] -b FILE USER PASSWORD',
    '-U FILE',
    '--verify [-b] FILE USER [PASSWORD]',
  ],
  description: [
    'Writes password files in the format of mosquitto 2.0. Without -b the password is asked for twice, or taken from two' +
      ' lines of stdin. Readers of the file never see a part of it; a new file can be read by its owner alone.',
  ],
  options: [OPTIONS],
  exitCodes: [
    ['0', 'done; --verify: the password is right'],
    ['1', 'wrong command line, or the file cannot be read or written; --verify: the password is wrong'],
    ['2', 'the two passwords differ'],
  ],
  examples: [
    ['skua passwd -c /etc/skua/passwd ann', 'a new file with one user'],
    ['skua passwd -D /etc/skua/passwd ann', 'takes the user out'],
  ],
  usageExitCode: 1,
  run,
};

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const settings: PasswdSettings = { action: 'set', batch: false, type: 'sha512-pbkdf2', iterations: 101 };
  const words = parseOptions(argv, OPTIONS.options, settings);
  const [path, userName = '', password] = words;
  const expected = settings.action === 'upgrade' ? 1 : settings.batch ? 3 : 2;
  if (path === undefined || words.length !== expected) {
    throw new UsageError(`passwd takes ${['', 'FILE', 'FILE and USER', 'FILE, USER and PASSWORD'][expected]} here.`);
  }
  checkUserName(userName);
  try {
    return await perform(settings, path, userName, password, terminal);
  } catch (error) {
    if (!(error instanceof PasswordFileError) && !(error instanceof Error && 'code' in error)) throw error;
    terminal.writeError(`Error: ${path}: ${error.message}\n`);
    return 1;
  }
}

async function perform(
  settings: PasswdSettings,
  path: string,
  userName: string,
  given: string | undefined,
  terminal: Terminal,
): Promise<number> {
  const lines = settings.action === 'create' ? [] : parsePasswordFile(readFileSync(path, 'utf8'));
  const known = lines.find((line) => isUser(line, userName));
  switch (settings.action) {
    case 'delete':
      if (known === undefined) {
        terminal.writeError(`Warning: ${path} has no user ${userName}.\n`);
        return 1;
      }
      replaceFile(path, formatPasswordFile(withoutUser(lines, userName)));
      return 0;
    case 'upgrade':
      replaceFile(path, formatPasswordFile(lines.map((line) => upgraded(line, settings))));
      return 0;
    case 'verify': {
      const secret = known?.kind === 'user' ? known.secret : '';
      const right = verifyPassword(given ?? (await askPassword(terminal)), secret) === true;
      terminal.writeError(right ? '' : `The password of ${userName} is another one, or there is no such user.\n`);
      return right ? 0 : 1;
    }
    case 'create':
    case 'set':
    default: {
      const password = given ?? (await askNewPassword(terminal));
      if (password === undefined) {
        terminal.writeError('Error: The two passwords differ.\n');
        return 2;
      }
      if (password === '') throw new UsageError('The password is empty.');
      replaceFile(path, formatPasswordFile(withUser(lines, userName, hashPassword(password, settings))));
      return 0;
    }
  }
}

function upgraded(line: PasswordLine, settings: PasswdSettings): PasswordLine {
  if (line.kind === 'other' || isHash(line.secret)) return line;
  return { ...line, secret: hashPassword(line.secret, settings) };
}

function checkUserName(userName: string): void {
  if (userName.includes(':')) throw new UsageError('A user name must not have a colon, which ends it in the file.');
  if (/[\n\r]/.test(userName)) throw new UsageError('A user name must not have a line break.');
}

function choose(action: PasswdSettings['action']): (settings: PasswdSettings) => void {
  return (settings) => {
    if (settings.action !== 'set') throw new UsageError('-c, -D, -U and --verify exclude each other.');
    settings.action = action;
  };
}
