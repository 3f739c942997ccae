import { resolve } from 'node:path';
import { z } from 'zod';
import { ENTRY_NAME, hasProto, isObject, readMap, type MapWords } from './plug-in-map.js';

/** Where the rules are, when nobody says so. */
const USUAL_FILE = 'config/refunds.yaml';
/** Ten years. */
const MAX_DAYS = 3_650;

const currency = z.string().regex(/^[A-Z]{3}$/, 'is no currency: use its three capital letters, such as USD');
const productType = z.string().regex(ENTRY_NAME, 'is no product type: use lower case letters, digits and -');

const AutoApproval = z.strictObject({
  name: z.string().regex(ENTRY_NAME, 'must be lower case letters, digits and -'),
  requestedBy: z.enum(['learner', 'staff', 'any']),
  withinDays: z.exactOptional(z.int().min(1).max(MAX_DAYS)),
  upTo: z.exactOptional(z.record(currency, z.int().min(0)).refine((amounts) => Object.keys(amounts).length > 0, 'must name a currency, or be left out')),
  productTypes: z.exactOptional(z.array(productType).min(1, 'must name a product type, or be left out')),
});

const Rules = z.strictObject({
  requestWindowDays: z.int().min(0).max(MAX_DAYS).default(14),
  autoApprove: z.array(AutoApproval).default([]),
});

/** A rule by which a refund is approved as it is requested: all that it names must hold. `upTo` is in minor units by currency; a currency that it does not name is not approved. */
export type AutoApprovalSettings = z.infer<typeof AutoApproval>;

/** The rules of refunds as they stand in their file. */
export interface RefundSettings {
  /** Days after payment in which a learner may ask; 0: never. */
  readonly requestWindowDays: number;
  /** The first that fits approves. */
  readonly autoApprove: readonly AutoApprovalSettings[];
}

/** The rules of refunds cannot be used: says where and what to change. */
export class RefundSettingsError extends Error {
  constructor(file: string, fact: string, options?: ErrorOptions) {
    super(`${file}: ${fact}`, options);
    this.name = 'RefundSettingsError';
  }
}

/** Reads the rules of refunds: the usual file, which need not be there, where none is named. @throws {RefundSettingsError} */
export async function readRefundSettings(named: string | null): Promise<RefundSettings> {
  const file = named ?? USUAL_FILE;
  const words = wordsFor(file, named === null);
  const raw = await readMap(resolve(file), words);
  if (withPrototype(raw)) throw words.refuse('"__proto__" is unknown here.');
  const result = Rules.safeParse(raw);
  if (!result.success) throw words.refuse(`${sentences(result.error)}.`);
  const twice = result.data.autoApprove.map(({ name }) => name).find((name, index, names) => names.indexOf(name) < index);
  if (twice !== undefined) throw words.refuse(`autoApprove: "${twice}" stands twice: the history of a refund names its rule, give each rule a name of its own.`);
  return result.data;
}

function wordsFor(file: string, mayBeMissing: boolean): MapWords {
  return {
    refuse: (fact, options) => new RefundSettingsError(file, fact, options),
    change: 'Set REFUNDS_FILE to the rules of refunds, or leave it out for the usual ones.',
    twice: 'A key stands twice: keep one',
    mayBeMissing,
  };
}

/** Wherever an object may stand. */
function withPrototype(raw: unknown): boolean {
  const rules: readonly unknown[] = isObject(raw) && Array.isArray(raw['autoApprove']) ? raw['autoApprove'] : [];
  return [raw, ...rules, ...rules.map((rule) => (isObject(rule) ? rule['upTo'] : null))].some(hasProto);
}

/** One clause for each thing that is wrong: where, and what. */
function sentences({ issues }: z.ZodError): string {
  return issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message}`).join('; ');
}
