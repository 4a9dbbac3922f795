/** A line of a password file: a user with what stands behind the colon, or a comment or blank line that is kept. */
export type PasswordLine =
  | { readonly kind: 'user'; readonly userName: string; readonly secret: string }
  | { readonly kind: 'other'; readonly text: string };

/** A line that is neither a user nor a comment. The message names it. */
export class PasswordFileError extends Error {
  override readonly name = 'PasswordFileError';
}

/**
 * Reads the lines `user:secret` of a password file.
 *
 * @throws {PasswordFileError} for a line without a colon.
 */
export function parsePasswordFile(text: string): readonly PasswordLine[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => {
    if (line.trim() === '' || line.startsWith('#')) return { kind: 'other', text: line };
    const colon = line.indexOf(':');
    if (colon === -1) {
      throw new PasswordFileError(`line ${index + 1} is "${line.slice(0, 40)}"; allowed: user:password`);
    }
    return { kind: 'user', userName: line.slice(0, colon), secret: line.slice(colon + 1) };
  });
}

/** The text of a password file. */
export function formatPasswordFile(lines: readonly PasswordLine[]): string {
  return lines.map((line) => `${line.kind === 'user' ? `${line.userName}:${line.secret}` : line.text}\n`).join('');
}

/** The lines with a user's secret replaced, or the user added at the end. */
export function withUser(lines: readonly PasswordLine[], userName: string, secret: string): readonly PasswordLine[] {
  const user: PasswordLine = { kind: 'user', userName, secret };
  const known = lines.some((line) => isUser(line, userName));
  return known ? lines.map((line) => (isUser(line, userName) ? user : line)) : [...lines, user];
}

/** The lines without a user. */
export function withoutUser(lines: readonly PasswordLine[], userName: string): readonly PasswordLine[] {
  return lines.filter((line) => !isUser(line, userName));
}

/** Whether a line is that of a user. */
export function isUser(line: PasswordLine, userName: string): boolean {
  return line.kind === 'user' && line.userName === userName;
}
