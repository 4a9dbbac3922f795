import type { Command } from '../commands/command.ts';
import type { Option } from './option.ts';

/** One command in the list of all. */
export interface CommandSummary {
  readonly name: string;
  readonly summary: string;
}

/** The text of `skua help`. */
export function overviewText(commands: readonly CommandSummary[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `Usage: skua COMMAND [options]

The command line of Skua, an MQTT toolkit.

${rows.join('\n')}

skua COMMAND --help is the manual of a command. pub, sub and rr take every option of mosquitto_pub, mosquitto_sub and
mosquitto_rr; in them -h is the host.
`;
}

/** The manual of a command, for a terminal of 100 columns or less. */
export function manualText(name: string, command: Command, columns: number): string {
  const width = Math.min(Math.max(columns, 60), 100);
  const sections: string[] = [
    command.usage
      .map((line, index) => `${index === 0 ? 'Usage:' : '      '} skua ${name} ${line}`.trimEnd())
      .join('\n'),
    command.description.map((paragraph) => wrap(paragraph, width, '')).join('\n\n'),
    ...command.options.map(
      ({ title, options }) => `${title}\n${options.map((option) => optionText(option, width)).join('\n')}`,
    ),
    `Exit codes\n${command.exitCodes.map(([code, meaning]) => wrap(meaning, width, `  ${code.padEnd(8)} `)).join('\n')}`,
  ];
  if (command.examples.length > 0) {
    const examples = command.examples.map(([line, meaning]) => `  ${line}\n${wrap(meaning, width, '      ')}`);
    sections.push(`Examples\n${examples.join('\n')}`);
  }
  return `${sections.join('\n\n')}\n`;
}

/** How an option is written: `-t, --topic TOPIC`. */
export function optionForm(option: Option<never>): string {
  return [option.names.join(', '), ...option.values].join(' ');
}

function optionText(option: Option<never>, width: number): string {
  const form = `  ${optionForm(option)}`;
  const text = wrap(option.help, width, ' '.repeat(INDENT));
  // A short form shares its line with the beginning of the text.
  return form.length < INDENT - 1 ? form.padEnd(INDENT) + text.slice(INDENT) : `${form}\n${text}`;
}

/** Breaks at blanks; the first line begins with `prefix`, the others with as many blanks. */
function wrap(text: string, width: number, prefix: string): string {
  const indent = ' '.repeat(prefix.length);
  const lines: string[] = [];
  let line = prefix;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join('\n');
}

const INDENT = 26;
