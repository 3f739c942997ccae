import { WiringError, WrongTokenMapError } from './wiring.error.js';

/** Which product types of which token map the modules of plug-ins are for, by the name of their class: all that Nest says of a module. */
const entriesByModule = new Map<string, { readonly file: string; readonly productTypes: Set<string> }>();
/** What Nest throws for a module whose parts do not fit together. */
const MISFITS: ReadonlySet<string> = new Set(['UnknownDependenciesException', 'UnknownExportException', 'UndefinedModuleException', 'InvalidModuleException', 'UndefinedDependencyException']);
const ADVICE = 'A plug-in provides what it needs itself, or imports a module that exports it; only the global providers of the service are there without that.';

/** To be called for each module that a plug-in hands over. */
export function noteModule(moduleName: string, file: string, productType: string): void {
  const known = entriesByModule.get(moduleName);
  entriesByModule.set(moduleName, { file, productTypes: new Set(known?.file === file ? [...known.productTypes, productType] : [productType]) });
}

/**
 * What Nest throws when a plug-in needs a provider that is not there, or exports one that it does not provide, as a sentence that says
 * which entry it is; null when it is something else. Nest throws it past whoever imported the module.
 */
export function missingProvider(thrown: unknown): WiringError | null {
  if (!(thrown instanceof Error) || !MISFITS.has(thrown.constructor.name)) return null;
  const words = new Set(thrown.message.split(/[^\w$]+/));
  const [entry] = [...entriesByModule].filter(([name]) => words.has(name)).map(([, named]) => named);
  if (!entry) return null;
  const fact = `the module of its fulfiller does not fit together: ${thrown.message.split('\n')[0] ?? ''} ${ADVICE}`;
  return new WrongTokenMapError(entry.file, [new WiringError([...entry.productTypes].join('", "'), fact, { cause: thrown })]);
}
