import type { NamedEntry } from './entry-refusals.js';
import { WiringError, WrongMapError } from './wiring.error.js';

/** The entries of a map that a module is for. */
interface ModuleEntries {
  readonly file: string;
  readonly kind: NamedEntry['kind'];
  readonly names: ReadonlySet<string>;
}

/** Which entries of which map the modules of plug-ins are for, by the name of their class: all that Nest says of a module. */
const entriesByModule = new Map<string, ModuleEntries>();
/** What Nest throws for a module whose parts do not fit together. */
const MISFITS: ReadonlySet<string> = new Set(['UnknownDependenciesException', 'UnknownExportException', 'UndefinedModuleException', 'InvalidModuleException', 'UndefinedDependencyException']);
const ADVICE = 'A plug-in provides what it needs itself, or imports a module that exports it; only the global providers of the service are there without that.';

/** To be called for each module that a plug-in hands over. `file` is the map. */
export function noteModule(moduleName: string, file: string, { kind, name }: NamedEntry): void {
  const known = entriesByModule.get(moduleName);
  entriesByModule.set(moduleName, { file, kind, names: new Set(known?.file === file ? [...known.names, name] : [name]) });
}

/**
 * What Nest throws when a plug-in needs a provider that is not there, or exports one that it does not provide, as a sentence that says
 * which entry it is; null when it is something else. Nest throws it past whoever imported the module.
 */
export function missingProvider(thrown: unknown): WiringError | null {
  if (!(thrown instanceof Error) || !MISFITS.has(thrown.constructor.name)) return null;
  const words = new Set(thrown.message.split(/[^\w$]+/));
  const [entries] = [...entriesByModule].filter(([name]) => words.has(name)).map(([, named]) => named);
  if (!entries) return null;
  const { file, kind, names } = entries;
  const fact = `the module of its ${kind.plugIn} does not fit together: ${thrown.message.split('\n')[0] ?? ''} ${ADVICE}`;
  return new WrongMapError(file, [new WiringError(`${kind.entry} "${[...names].join('", "')}"`, fact, { cause: thrown })]);
}
