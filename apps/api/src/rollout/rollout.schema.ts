import { z } from 'zod';
import { instant } from '../instant.schema.js';
import { pageQuery } from '../page.schema.js';
import { text } from '../text.schema.js';

export const MOST_RULES = 200;

const inHundredths = (percentage: number) => Math.round(percentage * 100) / 100 === percentage;

const Rule = z
  .strictObject({
    partner: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'must be the code of a partner: lower case letters, digits, - and _ only, at most 32')
      .nullable()
      .default(null)
      .describe('Null: of every partner.'),
    coursePattern: z
      .string()
      .regex(/^[^\s\p{C}]+$/u, 'must be a course id, with * for any run of characters: no spaces, and not empty')
      .max(255, 'must be at most 255 characters long')
      .describe('The whole course id, upper and lower case told apart. `*` stands for any run of characters, everything else for itself.'),
    percentage: z
      .number('must be a number from 0 to 100')
      .min(0, 'must be at least 0')
      .max(100, 'must be at most 100')
      .refine(inHundredths, 'must have two decimals at most')
      .describe('How many of the courses that fit use this service. A higher one adds courses and takes none away.'),
    startsAt: instant.nullable().default(null).describe('The first instant at which the rule counts.'),
    endsAt: instant.nullable().default(null).describe('The first instant at which it no longer counts.'),
  })
  .refine(({ startsAt, endsAt }) => startsAt === null || endsAt === null || Date.parse(startsAt) < Date.parse(endsAt), { path: ['endsAt'], error: 'must be after startsAt' })
  .meta({ id: 'RolloutRule' });

const document = {
  enabled: z.boolean('must be true or false').describe('The one switch. False: every course uses the old workflow.'),
  rules: z.array(Rule).max(MOST_RULES, `must be at most ${MOST_RULES} rules`).describe('The first that fits decides. Where none fits, the old workflow is used.'),
};

/** The body of `PUT /v1/rollout`. */
export const RolloutBody = z.strictObject({ reason: text(500), ...document }).meta({ id: 'RolloutChange' });
export type RolloutBody = z.infer<typeof RolloutBody>;

/** The body of `POST /v1/rollout/plan`. */
export const RolloutPlanBody = z.strictObject({ ...document, at: instant.optional().describe('For which instant; now, when it is left out.') }).meta({ id: 'RolloutPlanRequest' });
export type RolloutPlanBody = z.infer<typeof RolloutPlanBody>;

/** The body of the switch. */
export const RolloutSwitchBody = z.strictObject({ reason: text(500) }).meta({ id: 'RolloutSwitch' });
export type RolloutSwitchBody = z.infer<typeof RolloutSwitchBody>;

export const RolloutHistoryQuery = z.strictObject(pageQuery);
export type RolloutHistoryQuery = z.infer<typeof RolloutHistoryQuery>;
