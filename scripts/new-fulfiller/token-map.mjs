import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { GeneratorError } from './generator-error.mjs';

/** What stands at the margin of a token map that is written block by block: comments, entries, and the marks of a document. */
const IN_BLOCKS = /^(#|["']?[a-z][a-z0-9-]*["']?\s*:|---\s*$|\s|$)/;

/**
 * The token map with one entry more. It is changed as a text, so that its comments and its form stay.
 *
 * @throws {GeneratorError} when the entry is there already, or the text is not written in blocks.
 */
export function withEntry(file, text, name, entry) {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/\r?\n/);
  if (lines.some((line) => new RegExp(`^(["']?)${name}\\1\\s*:`).test(line))) throw new GeneratorError(`${file} has an entry ${name} already: one type has one fulfiller.`);
  const stranger = lines.findIndex((line) => !IN_BLOCKS.test(line));
  if (stranger >= 0) throw new GeneratorError(`${file} has in line ${stranger + 1} what is no entry at the margin, so nothing can be added at its end: write its entries in blocks, each beginning with its name.`);
  const before = text.trimEnd();
  return `${before}${before === '' ? '' : end + end}${entry.trimEnd().split('\n').join(end)}${end}`;
}

export function readTokenMap(path, shownAs) {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new GeneratorError(`${shownAs} cannot be read (${cause.code}).`, { cause });
  }
}

/** Whole or not at all, for whoever reads it meanwhile. */
export function replaceFile(path, text) {
  const draft = `${path}.new`;
  writeFileSync(draft, text, { flag: 'wx' });
  try {
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
