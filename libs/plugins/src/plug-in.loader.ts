import { refusal, type NamedEntry } from './entry-refusals.js';
import { lookAt, type LookedAtModule, type ManifestForm } from './module-look.js';
import { locatePlugIn, type PlugInLocation } from './plug-in.location.js';
import { stackOf, wordsOf } from './thrown-words.js';

/** A plug-in's module, loaded and looked at, and where it came from. */
export interface LoadedPlugIn<Manifest extends object> extends Omit<PlugInLocation, 'load'>, LookedAtModule<Manifest> {}

export interface LoadSettings<Manifest extends object> {
  /** The URL of the map. */
  readonly baseUrl: string;
  readonly form: ManifestForm<Manifest>;
  /** How long it may take; 10 s when it is left out. */
  readonly limitMs?: number | undefined;
}

const LOAD_LIMIT_MS = 10_000;

/**
 * Loads the module that an entry names. Built-in ones, packages and paths are loaded alike, ES modules and CommonJS ones.
 *
 * @throws {WiringError}
 */
export async function loadPlugIn<Manifest extends object>(entry: NamedEntry, { baseUrl, form, limitMs = LOAD_LIMIT_MS }: LoadSettings<Manifest>): Promise<LoadedPlugIn<Manifest>> {
  const { source, version, load } = located(entry, baseUrl);
  const look = lookAt(await imported(entry, () => within(limitMs, load)), form);
  if (typeof look === 'string') throw refusal(entry, `${look}.`);
  return { ...look, source, version };
}

function located(entry: NamedEntry, baseUrl: string): PlugInLocation {
  try {
    return locatePlugIn(entry.kind, entry.plugIn, baseUrl);
  } catch (cause) {
    throw refusal(entry, `cannot be loaded: ${wordsOf(cause)}`, { cause });
  }
}

async function imported(entry: NamedEntry, load: () => Promise<unknown>): Promise<unknown> {
  try {
    return await load();
  } catch (cause) {
    throw refusal(entry, `cannot be loaded: ${wordsOf(cause)}. Repair it, install what it needs beside it, or name another one.`, { cause: logged(cause) });
  }
}

/** A module may wait for something before it is there. Without the limit the program would wait as well, or end without a word. */
async function within(limitMs: number, load: () => Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new Error(`it was not there after ${limitMs / 1_000} s: its file awaits something that does not come`)), limitMs)));
  try {
    return await Promise.race([load(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What was thrown, as an error that can be read: a log reads each of its members. */
function logged(thrown: unknown): Error {
  return Object.assign(new Error(wordsOf(thrown)), { stack: stackOf(thrown) });
}
