import { CONTRACT_VERSION, type FulfillerManifest } from './fulfiller-module.js';

const CAPABILITIES: readonly string[] = ['revoke', 'asynchronous', 'sharedAccess'];
const DEPENDENCY = /^[a-z@][a-z0-9@/.-]{0,62}$/;
const NO_NAME = 'use lower case letters, digits and - . @ / only, beginning with a letter or @, at most 63, or null';

/** What is wrong with a manifest, as the end of a sentence, and what to change; null when nothing is. A plug-in may be plain JavaScript: nothing is believed. */
export function manifestProblem(manifest: Readonly<Record<string, unknown>>): string | null {
  return versionProblem(manifest['contractVersion']) ?? nameProblem(manifest['name']) ?? capabilitiesProblem(manifest['capabilities']) ?? optionsProblem(manifest) ?? writtenDependencyProblem(manifest as unknown as FulfillerManifest);
}

/** What is wrong with the name of a provider. */
export function dependencyProblem(dependency: unknown): string | null {
  if (dependency === null || (typeof dependency === 'string' && DEPENDENCY.test(dependency))) return null;
  return `names a provider that is no name (manifest.dependency, else manifest.name): ${NO_NAME}`;
}

function versionProblem(version: unknown): string | null {
  if (version === CONTRACT_VERSION) return null;
  const written = `was written for contract version ${String(version)}; this service speaks ${CONTRACT_VERSION}`;
  if (!Number.isInteger(version)) return `states no contract version: manifest.contractVersion is a whole number, for this service ${CONTRACT_VERSION}`;
  return Number(version) > CONTRACT_VERSION ? `${written}: it needs a newer service. Update the service, or install an older version of the plug-in` : `${written}: it is too old. Install a newer version of the plug-in`;
}

function nameProblem(name: unknown): string | null {
  return typeof name === 'string' && name.trim() !== '' ? null : 'has no name: give manifest.name a text, such as "mentoring"';
}

function capabilitiesProblem(capabilities: unknown): string | null {
  if (capabilities === undefined) return null;
  if (typeof capabilities !== 'object' || capabilities === null || Array.isArray(capabilities)) return `has capabilities that are no object: manifest.capabilities has ${CAPABILITIES.join(', ')}`;
  const unknown = Object.keys(capabilities).find((name) => !CAPABILITIES.includes(name));
  if (unknown !== undefined) return `has a capability that nobody knows, "${unknown}": manifest.capabilities has ${CAPABILITIES.join(', ')}`;
  const wrong = Object.entries(capabilities).find(([, value]) => value !== undefined && typeof value !== 'boolean');
  return wrong ? `has a capability that is neither true nor false: manifest.capabilities.${wrong[0]}` : null;
}

function optionsProblem({ options, secretOptions }: Readonly<Record<string, unknown>>): string | null {
  if (options !== undefined && !isSchema(options)) return 'has options that are no Standard Schema: make manifest.options a schema of zod, valibot or arktype, or leave it out';
  if (secretOptions === undefined || (Array.isArray(secretOptions) && secretOptions.every((name) => typeof name === 'string'))) return null;
  return "has secretOptions that are no list of names: write manifest.secretOptions as in ['apiKey']";
}

function isSchema(options: unknown): boolean {
  if ((typeof options !== 'object' && typeof options !== 'function') || options === null || !('~standard' in options)) return false;
  const standard = options['~standard'];
  return typeof standard === 'object' && standard !== null && 'validate' in standard && typeof standard.validate === 'function';
}

/** One that depends on the entry is asked for once the options are read. */
function writtenDependencyProblem({ name, dependency = name }: FulfillerManifest): string | null {
  return typeof dependency === 'function' ? null : dependencyProblem(dependency);
}
