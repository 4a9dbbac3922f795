import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const WORKSPACE_FOLDERS = ['packages', 'apps', 'tooling'];
const INSTALL_FILES = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'];
const BUILD_FILES = ['tsconfig.base.json', 'turbo.json'];

/**
 * A digest of everything that decides what an install puts into node_modules: the lockfile and every manifest.
 *
 * @param {string} root
 */
export function installFingerprint(root) {
  const hash = createHash('sha256');
  for (const name of INSTALL_FILES) addContent(hash, join(root, name));
  for (const folder of workspaceFolders(root)) addContent(hash, join(folder, 'package.json'));
  return hash.digest('hex');
}

/**
 * A digest of what is built and of what it was built from. The outputs count by size and time, so that a build made
 * by other means than the bootstrap, from other sources, is noticed.
 *
 * @param {string} root
 */
export function buildFingerprint(root) {
  const hash = createHash('sha256');
  for (const name of BUILD_FILES) addContent(hash, join(root, name));
  for (const folder of workspaceFolders(root)) {
    if (!existsSync(join(folder, 'tsconfig.json'))) continue;
    addContent(hash, join(folder, 'package.json'));
    addContent(hash, join(folder, 'tsconfig.json'));
    for (const file of filesBelow(join(folder, 'src'))) {
      if (!file.endsWith('.test.ts')) addContent(hash, file);
    }
    const outputs = filesBelow(join(folder, 'dist'));
    if (outputs.length === 0) hash.update('not built\0');
    for (const file of outputs) {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${file}\0${size}\0${mtimeMs}\0`);
    }
  }
  return hash.digest('hex');
}

function workspaceFolders(root) {
  return WORKSPACE_FOLDERS.flatMap((name) => {
    const folder = join(root, name);
    return existsSync(folder)
      ? readdirSync(folder)
          .toSorted()
          .map((entry) => join(folder, entry))
      : [];
  }).filter((folder) => existsSync(join(folder, 'package.json')));
}

function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .toSorted();
}

function addContent(hash, file) {
  hash.update(`${file}\0`);
  hash.update(readFileSync(file));
  hash.update('\0');
}
