import type { Command } from '../commands/command.ts';
import type { CommandSummary } from './help-text.ts';
import { optionForm } from './help-text.ts';

/** The manual of every command as one Markdown document. */
export function manualMarkdown(commands: readonly (CommandSummary & { readonly command: Command })[]): string {
  const contents = commands.map(({ name, summary }) => `- [skua ${name}](#skua-${name}): ${summary}`).join('\n');
  const chapters = commands.map(({ name, command }) => chapter(name, command)).join('\n');
  return `# The commands of skua

Printed by \`skua help --markdown\`.

${contents}

${chapters}`;
}

function chapter(name: string, command: Command): string {
  const usage = command.usage.map((line) => `skua ${name} ${line}`.trimEnd()).join('\n');
  const options = command.options
    .map((group) => {
      const rows = group.options.map((option) => [`\`${optionForm(option)}\``, option.help] as const);
      return `### ${name}: ${group.title.toLowerCase()}\n\n${table(['option', 'meaning'], rows)}\n`;
    })
    .join('\n');
  const examples = command.examples.map(([line, meaning]) => `\`${line}\`: ${meaning}\n`).join('\n');
  return `## skua ${name}

\`\`\`
${usage}
\`\`\`

${command.description.join('\n\n')}

${examples}${examples === '' ? '' : '\n'}${options}${options === '' ? '' : '\n'}### ${name}: exit codes

${table(['code', 'meaning'], command.exitCodes)}
`;
}

/** A table as the formatter of the repository lays it out. */
function table(head: readonly [string, string], rows: readonly (readonly [string, string])[]): string {
  const cells = [head, ...rows].map(([first, second]) => [escape(first), escape(second)] as const);
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const [first, ...rest] = cells;
  return [line(first!), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rest.map(line)].join('\n');
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|');
}
