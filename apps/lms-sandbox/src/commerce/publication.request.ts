import { z } from 'zod';
import type { CourseMode } from '../world/world.schema.js';

const instant = z.iso.datetime({ offset: true, error: 'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].' });
const sku = z.string().max(255).nullable().default(null);

const PublishedMode = z.object({
  name: z.string({ error: 'This field is required.' }).min(1, 'This field may not be blank.'),
  currency: z.string().length(3, 'Ensure this field has no more than 3 characters.').toLowerCase().default('usd'),
  price: z.number({ error: 'A valid integer is required.' }).int('A valid integer is required.').min(0, 'Ensure this value is greater than or equal to 0.'),
  sku,
  bulk_sku: sku,
  android_sku: sku,
  ios_sku: sku,
  expires: instant.nullable().default(null),
});

/** Unknown fields, the course's name among them, are taken and left. */
const PublicationSchema = z.object({
  modes: z.array(PublishedMode, { error: 'This field is required.' }),
  verification_deadline: instant.nullable().optional(),
});

export interface Publication {
  readonly modes: readonly CourseMode[];
  /** Absent: unchanged. Null: removed. */
  readonly verificationDeadline: string | null | undefined;
}

export type PublicationReading = { readonly publication: Publication } | { readonly problems: Readonly<Record<string, readonly string[]>> };

/** Reads what a shop publishes, or names every wrong field. */
export function readPublication(body: unknown): PublicationReading {
  const parsed = PublicationSchema.safeParse(body);
  if (!parsed.success) {
    const problems: Record<string, string[]> = {};
    // The contract says: field, then a list. Which of several modes is wrong, the LMS tells by nesting; here it is told by the name.
    for (const { path, message } of parsed.error.issues) (problems[path.join('.') || 'non_field_errors'] ??= []).push(message);
    return { problems };
  }
  const { modes, verification_deadline: verificationDeadline } = parsed.data;
  return { publication: { modes: modes.map(toMode), verificationDeadline } };
}

function toMode(published: z.output<typeof PublishedMode>): CourseMode {
  return {
    slug: published.name,
    name: null,
    minPrice: published.price,
    suggestedPrices: '',
    currency: published.currency,
    expiresAt: published.expires,
    description: null,
    sku: published.sku,
    bulkSku: published.bulk_sku,
    androidSku: published.android_sku,
    iosSku: published.ios_sku,
  };
}
