import { manifestProblem, type FulfillerManifest, type FulfillerModule } from '@order-fulfillment/fulfiller-kit';
import { wordsOf } from './thrown-words.js';

/** A plug-in's module class, with its manifest. */
export interface LookedAtModule {
  readonly module: FulfillerModule;
  /** Read once, and to be used instead of the module's own: each of its members may be a trap. */
  readonly manifest: FulfillerManifest;
}

const NO_MODULE = 'has no module: export by default a class with the static members manifest and register';
const MEMBERS = ['name', 'contractVersion', 'options', 'secretOptions', 'dependency', 'capabilities'] as const;

/** Finds the module in what a file exports; else what is wrong, as the end of a sentence. Never throws. */
export function lookAt(exported: unknown): LookedAtModule | string {
  try {
    const candidate = member(exported, 'default');
    // What TypeScript makes of a default export for CommonJS is a member of what Node takes for the default.
    const module = [candidate, member(candidate, 'default')].find(isModuleClass);
    if (!module) return NO_MODULE;
    const manifest = copyOf(module.manifest);
    return manifestProblem({ ...manifest }) ?? { module, manifest };
  } catch (thrown) {
    return `cannot be looked at: ${wordsOf(thrown)}. Repair its module and its manifest`;
  }
}

function copyOf(manifest: FulfillerManifest): FulfillerManifest {
  const members = MEMBERS.map((name) => [name, manifest[name] as unknown] as const).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members.map(([name, value]) => [name, name === 'capabilities' && isPlain(value) ? { ...value } : value])) as unknown as FulfillerManifest;
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isModuleClass(candidate: unknown): candidate is FulfillerModule {
  const manifest = member(candidate, 'manifest');
  return typeof candidate === 'function' && typeof manifest === 'object' && manifest !== null && typeof member(candidate, 'register') === 'function';
}

function member(value: unknown, name: string): unknown {
  return (typeof value === 'object' || typeof value === 'function') && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
