import { z } from 'zod';
import { instant } from '../instant.schema.js';

const RuleSchema = z.object({
  partner: z.string().nullable(),
  coursePattern: z.string(),
  percentage: z.number(),
  startsAt: instant.nullable(),
  endsAt: instant.nullable(),
});

const VersionSchema = z.object({
  version: z.int().describe('Counts the changes, from 1. 0: none was ever written.'),
  enabled: z.boolean(),
  rules: z.array(RuleSchema),
  reason: z.string().nullable(),
  changedBy: z.string().nullable(),
  changedAt: instant.nullable(),
});

const legacy = {
  hasLegacy: z.boolean().describe('Whether there is an old workflow at all (`LEGACY_CHECKOUT_URL`).'),
  notice: z.string().nullable().describe('What to know about that, in a sentence.'),
};

export const RolloutSchema = VersionSchema.extend(legacy);
export const RolloutHistorySchema = z.object({ items: z.array(VersionSchema), nextCursor: z.string().nullable() });

const counts = { courses: z.int(), toCommerce: z.int(), toLegacy: z.int(), unchanged: z.int() };

export const RolloutPlanSchema = z.object({
  at: instant.describe('The instant for which the planned rollout was asked. The current one was asked for now.'),
  comparedWith: z.int().describe('The version that it was compared with. 0: none was ever written.'),
  ...legacy,
  ...counts,
  partners: z.array(z.object({ partner: z.string(), ...counts })).describe('The same by partner.'),
  named: z.object({ toCommerce: z.array(z.string()), toLegacy: z.array(z.string()), moreThanShown: z.boolean() }).describe('The ids of the first 100 courses of each direction.'),
  laterChanges: z.array(z.object({ at: instant, toCommerce: z.int(), toLegacy: z.int() })).describe('What the planned rollout would do by itself after `at`, because of the dates of its rules.'),
});

export type RolloutVersionAnswer = z.infer<typeof VersionSchema>;
export type RolloutAnswer = z.infer<typeof RolloutSchema>;
export type RolloutHistoryAnswer = z.infer<typeof RolloutHistorySchema>;
export type RolloutPlanAnswer = z.infer<typeof RolloutPlanSchema>;
