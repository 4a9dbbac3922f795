import { cpus } from 'node:os';

/** What a section of docs/benchmarks.md is made of. */
export interface Section {
  /** Year, month and day. */
  readonly date: string;
  readonly title: string;
  /** The command that gives these figures. */
  readonly command: string;
  /** What is measured and how, in sentences. */
  readonly explanation: string;
  readonly table: string;
  /** What a reader must know to judge single rows. */
  readonly notes: readonly string[];
}

/** The section as Markdown, to stand at the end of the file. */
export function benchmarksSection({ date, title, command, explanation, table, notes }: Section): string {
  const lines = [`## ${title}, ${date}`, `\`${command}\`: ${explanation}`, table];
  if (notes.length > 0) lines.push(notes.map((note) => `- ${note}`).join('\n'));
  return `${lines.join('\n\n')}\n`;
}

/** Processor and runtime in words. */
export function machine(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown'}, ${process.platform} ${process.arch}, Node.js ${process.versions.node}`;
}
