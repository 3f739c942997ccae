import type { ManifestForm } from '#plugins';
import type { ProcessorManifest } from '../contract/processor-module.js';

const CONTRACT_VERSION: ProcessorManifest['contractVersion'] = 1;
const NAME = /^[a-z][a-z0-9-]{0,62}$/;
const KINDS: readonly unknown[] = ['gateway', 'bypass'] satisfies ProcessorManifest['kind'][];

/** What a payment processor has to say of itself. It may be plain JavaScript: nothing is believed. */
export const PROCESSOR_MANIFEST: ManifestForm<ProcessorManifest> = {
  members: ['contractVersion', 'name', 'kind', 'options', 'secretOptions'],
  problem: ({ contractVersion, name, kind, options, secretOptions }) => {
    if (contractVersion !== CONTRACT_VERSION) return versionProblem(contractVersion);
    if (typeof name !== 'string' || !NAME.test(name)) return 'has no name: give manifest.name lower case letters, digits and -, such as "stripe"';
    if (!KINDS.includes(kind)) return 'has a kind that nobody knows: manifest.kind is gateway or bypass';
    if (!isSchema(options)) return 'has options that are no zod schema: write manifest.options as in z.strictObject({ … }), also where it takes none';
    if (!Array.isArray(secretOptions) || !secretOptions.every((secret) => typeof secret === 'string')) return "has secretOptions that are no list of names: write manifest.secretOptions as in ['secretKey'], or []";
    return null;
  },
};

function versionProblem(version: unknown): string {
  if (!Number.isInteger(version)) return `states no contract version: manifest.contractVersion is a whole number, for this service ${CONTRACT_VERSION}`;
  const written = `was written for contract version ${String(version)}; this service speaks ${CONTRACT_VERSION}`;
  return Number(version) > CONTRACT_VERSION ? `${written}: it needs a newer service. Update the service, or install an older version of the plug-in` : `${written}: it is too old. Install a newer version of the plug-in`;
}

function isSchema(options: unknown): boolean {
  return typeof options === 'object' && options !== null && 'safeParse' in options && typeof options.safeParse === 'function';
}
