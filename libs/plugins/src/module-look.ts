import { wordsOf } from './thrown-words.js';

/** What a plug-in's manifest has to look like. */
export interface ManifestForm<Manifest extends object> {
  /** The members that are read. */
  readonly members: readonly (keyof Manifest & string)[];
  /** Those whose own members are read too. */
  readonly deep?: readonly (keyof Manifest & string)[];
  /** What is wrong with it, as the end of a sentence; null when nothing is. */
  readonly problem: (manifest: Readonly<Record<string, unknown>>) => string | null;
}

/** A plug-in's module class, with its manifest. */
export interface LookedAtModule<Manifest extends object> {
  readonly module: { readonly register: (registration: never) => unknown };
  /** Read once, and to be used instead of the module's own: each of its members may be a trap. */
  readonly manifest: Manifest;
}

const NO_MODULE = 'has no module: export by default a class with the static members manifest and register';

/** Finds the module in what a file exports; else what is wrong, as the end of a sentence. Never throws. */
export function lookAt<Manifest extends object>(exported: unknown, form: ManifestForm<Manifest>): LookedAtModule<Manifest> | string {
  try {
    const candidate = member(exported, 'default');
    // What TypeScript makes of a default export for CommonJS is a member of what Node takes for the default.
    const module = [candidate, member(candidate, 'default')].find((found) => isModuleClass<Manifest>(found));
    if (!module) return NO_MODULE;
    const manifest = copyOf(module.manifest, form);
    return form.problem(Object.fromEntries(Object.entries(manifest))) ?? { module, manifest };
  } catch (thrown) {
    return `cannot be looked at: ${wordsOf(thrown)}. Repair its module and its manifest`;
  }
}

function copyOf<Manifest extends object>(manifest: Manifest, { members, deep = [] }: ManifestForm<Manifest>): Manifest {
  const read = members.map((name) => [name, manifest[name] as unknown] as const).filter(([, value]) => value !== undefined);
  return Object.fromEntries(read.map(([name, value]) => [name, deep.includes(name) && isPlain(value) ? { ...value } : value])) as Manifest;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isModuleClass<Manifest extends object>(candidate: unknown): candidate is LookedAtModule<Manifest>['module'] & { readonly manifest: Manifest } {
  const manifest = member(candidate, 'manifest');
  return typeof candidate === 'function' && typeof manifest === 'object' && manifest !== null && typeof member(candidate, 'register') === 'function';
}

function member(value: unknown, name: string): unknown {
  return (typeof value === 'object' || typeof value === 'function') && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
