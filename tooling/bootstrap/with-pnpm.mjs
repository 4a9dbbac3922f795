// with-pnpm.mjs COMMAND...: runs a command with the pinned pnpm on PATH, which turbo looks for.
import { runWithPnpm } from './prepare.mjs';

const { code } = await runWithPnpm(process.argv.slice(2).map(quoted).join(' '));
process.exitCode = code;

function quoted(word) {
  return /^[\w@%+=:,./!-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
