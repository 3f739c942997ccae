import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Whether something stands in the way of a new folder. An empty folder does not. */
export function isTaken(path) {
  if (!lstatSync(path, { throwIfNoEntry: false })) return false;
  return !lstatSync(path).isDirectory() || readdirSync(path).length > 0;
}

/**
 * Writes a folder whole or not at all: beside its place first, then moved there. `complete` may add to it before it is moved, and
 * is told where it lies until then.
 */
export function writeFolder(path, files, complete = () => undefined) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = mkdtempSync(join(dirname(path), `.${basename(path)}-`));
  try {
    for (const [name, text] of files) {
      mkdirSync(dirname(join(draft, name)), { recursive: true });
      writeFileSync(join(draft, name), text);
    }
    complete(draft);
    // A temporary folder is for its owner only.
    chmodSync(draft, 0o777 & ~process.umask());
    if (existsSync(path)) rmdirSync(path);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    throw error;
  }
}
