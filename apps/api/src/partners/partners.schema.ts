import { z } from 'zod';
import { instant } from '../instant.schema.js';
import { text } from '../text.schema.js';

export const PartnerCode = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, "must be a partner's code: 1 to 32 lower case letters, digits, _ and -");

export const PartnerBody = z.strictObject({ name: text(255) }).meta({ id: 'Partner' });
export type PartnerBody = z.infer<typeof PartnerBody>;

export const PartnerSchema = z.object({ code: z.string(), name: z.string(), createdAt: instant, updatedAt: instant });
export const PartnerListSchema = z.object({ items: z.array(PartnerSchema) });
