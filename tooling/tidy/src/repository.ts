import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of the repository as the rules see them: paths from its top folder, with forward slashes, to contents. */
export type Repository = ReadonlyMap<string, string>;

/** One place where a rule is broken. */
export interface Finding {
  readonly file: string;
  /** The first line is 1; left out when the whole file is meant. */
  readonly line?: number;
  readonly message: string;
}

/** Looks at the whole repository and names every place that breaks it. */
export type Rule = (repository: Repository) => readonly Finding[];

/** Reads every text file below a folder, except what installs, builds and test runs leave there. */
export function readRepository(root: string): Repository {
  const repository = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!GENERATED_FOLDERS.has(entry.name)) visit(path);
      } else if (entry.isFile() && !GENERATED_FILES.test(entry.name)) {
        repository.set(path, readFileSync(join(root, path), 'utf8'));
      }
    }
  };
  visit('');
  return repository;
}

/** The finding at an offset of a file's text. */
export function findingAt(file: string, text: string, offset: number, message: string): Finding {
  let line = 1;
  for (let index = text.indexOf('\n'); index !== -1 && index < offset; index = text.indexOf('\n', index + 1)) line += 1;
  return { file, line, message };
}

const GENERATED_FOLDERS: ReadonlySet<string> = new Set([
  '.git',
  '.turbo',
  '.vitest-attachments',
  'coverage',
  'dist',
  'node_modules',
]);
const GENERATED_FILES = /\.(?:tsbuildinfo|cpuprofile|heapprofile|log|tgz)$/;
