import type { PlugInKind } from './plug-in.kind.js';

/** The verbs that something lacks which was provided for them. Never throws. */
export function lackingVerbs<Verb extends string>(provided: unknown, verbs: readonly Verb[]): readonly Verb[] {
  const members: Partial<Record<string, unknown>> = isThing(provided) ? provided : {};
  return verbs.filter((verb) => typeof members[verb] !== 'function');
}

/** That verbs are lacking, as the end of a sentence without its full stop. */
export function lackingWords({ plugIn, purpose }: PlugInKind, provided: unknown, lacking: readonly string[]): string {
  if (!isThing(provided)) return `provides nothing that ${purpose}: provide and export, under the token it is given, an object with ${lacking.join(', ')}`;
  return `provides a ${plugIn} without ${lacking.join(', ')}: add ${lacking.length === 1 ? 'it' : 'them'}`;
}

function isThing(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
