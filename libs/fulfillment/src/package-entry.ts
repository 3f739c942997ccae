import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';

/** A package's folder, and what its `package.json` says. */
export interface InstalledPackage {
  readonly folder: string;
  readonly manifest: { readonly name?: unknown; readonly version?: unknown; readonly exports?: unknown; readonly main?: unknown };
}

/** The conditions of an import by Node. A package that has only a `require` is taken by that. */
const IMPORT = ['node', 'import', 'module-sync', 'default'];
const REQUIRE = ['node', 'require', 'default'];

/** A package as Node would find it for a program in `folder`: in `node_modules` there, or in a folder above. Node itself takes no folder to start from. */
export function findPackage(name: string, folder: string): InstalledPackage | null {
  for (const above of upwards(folder)) {
    const found = readPackage(join(above, 'node_modules', name));
    if (found) return found;
  }
  return null;
}

/** The package that a file belongs to. */
export function packageOf(file: string): InstalledPackage | null {
  for (const above of upwards(dirname(file))) {
    const found = readPackage(above);
    if (found) return found;
  }
  return null;
}

/** Reads `package.json` in this folder; null when there is none. @throws what keeps it from being read. */
export function readPackage(folder: string): InstalledPackage | null {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return null;
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return { folder, manifest: typeof manifest === 'object' && manifest !== null ? manifest : {} };
}

/**
 * The file that importing a package, or `./a/part` of it, loads. It may not be there.
 *
 * @throws when nothing of that name is exported.
 */
export function packageEntry({ folder, manifest: { exports, main } }: InstalledPackage, part: '.' | `./${string}`): string {
  if (exports === undefined || exports === null) return part === '.' ? mainFile(folder, main) : join(folder, part);
  const target = exported(exports, part, IMPORT) ?? exported(exports, part, REQUIRE);
  if (target?.startsWith('./')) return join(folder, target);
  throw new Error(`its package.json exports no ${part === '.' ? 'main entry (".")' : `"${part}"`}`);
}

/** As Node seeks it where there are no `exports`. */
function mainFile(folder: string, main: unknown): string {
  const named = typeof main === 'string' && main !== '' ? [main, `${main}.js`, `${main}/index.js`] : [];
  const files = [...named, 'index.js', 'index.mjs', 'index.cjs'].map((name) => join(folder, name));
  return files.find((file) => existsSync(file) && !isFolder(file)) ?? join(folder, named[0] ?? 'index.js');
}

function exported(exports: unknown, part: string, conditions: readonly string[]): string | null | undefined {
  const parts = isMap(exports) && Object.keys(exports).some((key) => key.startsWith('.')) ? exports : { '.': exports };
  if (Object.hasOwn(parts, part) && !part.includes('*')) return target(parts[part], conditions);
  const patterns = Object.keys(parts).filter((key) => key.includes('*') && fits(part, key));
  const [longest] = patterns.sort((one, other) => other.indexOf('*') - one.indexOf('*'));
  if (longest === undefined) return undefined;
  const [before = '', after = ''] = longest.split('*');
  return target(parts[longest], conditions)?.replaceAll('*', part.slice(before.length, part.length - after.length));
}

function fits(part: string, key: string): boolean {
  const [before = '', after = ''] = key.split('*');
  return part.startsWith(before) && part.endsWith(after) && part.length > before.length + after.length;
}

/** The first that applies, as Node reads it: null closes a part, undefined has the next one tried. */
function target(value: unknown, conditions: readonly string[]): string | null | undefined {
  if (typeof value === 'string' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => target(each, conditions)).find((each) => typeof each === 'string');
  if (!isMap(value)) return undefined;
  return Object.entries(value)
    .filter(([condition]) => conditions.includes(condition))
    .map(([, each]) => target(each, conditions))
    .find((each) => each !== undefined);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function* upwards(folder: string): Generator<string> {
  const { root } = parse(folder);
  for (let above = folder; ; above = dirname(above)) {
    yield above;
    if (above === root) return;
  }
}

/** Whether this is a folder, and not a file or nothing. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
