import { chmodSync, chownSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes a file so that readers see the old text or the new one and never a part: into a new file beside it that then
 * takes its name. Mode and owner stay; a new file can be read by its owner alone.
 *
 * @throws {Error} of Node; the old file is untouched then.
 */
export function replaceFile(path: string, text: string): void {
  const old = statSync(path, { throwIfNoEntry: false });
  const draft = join(dirname(path), `.${process.pid}.${Date.now().toString(36)}.skua-passwd`);
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true });
    if (old !== undefined) {
      chmodSync(draft, old.mode & 0o777);
      if (old.uid !== process.getuid?.() || old.gid !== process.getgid?.()) chownSync(draft, old.uid, old.gid);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
