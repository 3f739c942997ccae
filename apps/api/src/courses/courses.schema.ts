import { z } from 'zod';
import { instant } from '../instant.schema.js';
import { pageQuery } from '../page.schema.js';
import { PartnerCode } from '../partners/partners.schema.js';
import { sku, text } from '../text.schema.js';
import { currency, moment, priceMinor } from './money.schema.js';
import { longCursor } from './position-cursor.js';

const MOST_MODES = 20;

/** Any text that can be stored: whether it is the key of a course run is judged by the fulfiller of seats. An old key (`MITx/6.002x/2012`) comes with its slashes as %2F. */
export const CourseKey = z.string().regex(/^[^\p{C}]{1,255}$/u, 'must be the key of a course run, of at most 255 characters');

const Mode = z.strictObject({
  mode: text(100).describe('The slug, such as `verified`.'),
  priceMinor: priceMinor.describe('In minor units of the currency, and in whole units of it: the LMS knows no smaller ones.'),
  currency,
  availableFrom: moment.nullable().optional(),
  expires: moment.nullable().optional().describe('The upgrade deadline: the first instant at which it is no longer sold.'),
  creditProvider: text(255).nullable().optional().describe('Of the mode `credit`, and of no other.'),
  sku: sku.optional().describe('A mode keeps its SKU. A new one without a SKU gets one.'),
  bulk: z.boolean().optional().describe('Whether enrollment codes are sold for it. True without a `bulkSku` keeps the one it has, or makes one up.'),
  bulkSku: sku.optional(),
  androidSku: sku.nullable().optional(),
  iosSku: sku.nullable().optional(),
});

/** The body of `PUT /v1/courses/{id}`: the whole course. What is left out of a mode stays as it is. */
export const CourseBody = z
  .strictObject({
    name: text(255),
    partner: PartnerCode.optional(),
    verificationDeadline: moment.nullable().optional(),
    modes: z.array(Mode).min(1, 'must name at least one mode: DELETE withdraws them all').max(MOST_MODES, `must be at most ${MOST_MODES} modes`),
  })
  .meta({ id: 'CourseChange' });
export type CourseBody = z.infer<typeof CourseBody>;

/** All that are given must hold. `q` stands in the id or in the name. */
export const CourseQuery = z.strictObject({ partner: PartnerCode.optional(), q: text(100).optional(), ...pageQuery, cursor: longCursor });
export type CourseQuery = z.infer<typeof CourseQuery>;

export const ConfirmQuery = z.strictObject({ confirm: z.enum(['true', 'false'], 'must be true or false').default('false').describe('Modes may be withdrawn here, and removed from the LMS.') });
export type ConfirmQuery = z.infer<typeof ConfirmQuery>;

const ModeSchema = z.object({
  mode: z.string(),
  productId: z.uuid(),
  sku: z.string(),
  priceMinor: z.int(),
  currency: z.string(),
  availableFrom: instant.nullable(),
  expires: instant.nullable(),
  creditProvider: z.string().nullable(),
  bulkSku: z.string().nullable(),
  androidSku: z.string().nullable(),
  iosSku: z.string().nullable(),
});

export const CourseSchema = z.object({
  id: z.string(),
  partner: z.string(),
  name: z.string(),
  verificationDeadline: instant.nullable(),
  version: z.int().describe('Its ETag.'),
  updatedAt: instant,
  modes: z.array(ModeSchema).describe('What is sold. Modes that were withdrawn are not here.'),
});

export const CoursePageSchema = z.object({ items: z.array(CourseSchema), nextCursor: z.string().nullable() });
