/** One `name value` line of a configuration file. */
export interface ConfigurationLine {
  /** Line number, from 1. */
  readonly line: number;
  /** The first word. */
  readonly name: string;
  /** The rest of the line without the blanks around it; empty when the line has one word. */
  readonly value: string;
}

/**
 * Splits the text of a configuration file into its lines, by mosquitto's rules.
 *
 * A `#` in column 1 makes a comment, anywhere else it is a character like any other. Empty lines are skipped. Blanks
 * around the name and around the value do not count; blanks inside the value do. Never throws.
 */
export function configurationLines(text: string): readonly ConfigurationLine[] {
  const lines: ConfigurationLine[] = [];
  // Some editors put a byte order mark in front of the first name.
  const rows = (text.startsWith('\u{feff}') ? text.slice(1) : text).split('\n');
  for (const [index, row] of rows.entries()) {
    if (row.startsWith('#')) continue;
    const content = trimBlanks(row);
    if (content === '') continue;
    const end = content.search(/[ \t]/);
    const name = end === -1 ? content : content.slice(0, end);
    lines.push({ line: index + 1, name, value: trimBlanks(content.slice(name.length)) });
  }
  return lines;
}

/** Only blanks, tabs and the carriage return of a DOS line end: a path may end in any other character. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d;
}
