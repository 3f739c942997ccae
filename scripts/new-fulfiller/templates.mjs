import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('templates', import.meta.url));
const SUFFIX = '.template';
const PLACE = /\{\{(\w+)\}\}/g;

/**
 * The files of a set of templates, filled in: path from their folder to text. A place that is written `{{word}}`, in a text or in
 * the name of a file, takes the value of that word.
 */
export function filledIn(set, values) {
  const folder = join(FOLDER, set);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith(SUFFIX));
  const texts = files.map((entry) => {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    return [fill(relative(folder, path).slice(0, -SUFFIX.length), values), fill(readFileSync(path, 'utf8'), values)];
  });
  return new Map(texts.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function fill(text, values) {
  return text.replace(PLACE, (place, word) => {
    if (!Object.hasOwn(values, word)) throw new Error(`A template asks for ${place}, which nobody fills in.`);
    return values[word];
  });
}
