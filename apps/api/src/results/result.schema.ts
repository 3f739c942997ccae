import { z } from 'zod';
import { text } from '../text.schema.js';

const LONGEST = 500;

/** The key of a line, as its fulfiller was given it (`idempotencyKey`). */
export const LineKey = z.uuid('must be the key of a line').toLowerCase();

const lineKey = LineKey.describe('As in the path: what is signed names its line, so that it fits no other.');

/** What a provider reports of a line. Unknown fields are let be: providers send their own. */
export const ResultBody = z
  .discriminatedUnion('result', [
    z.object({ lineKey, result: z.literal('fulfilled'), reference: text(LONGEST).describe('What to show for it: a receipt, for people.') }),
    z.object({ lineKey, result: z.literal('failed'), detail: text(LONGEST).describe('Why it will not be delivered, for an operator. Nothing secret or personal.') }),
  ])
  .meta({ id: 'FulfillmentResult' });
export type ResultBody = z.infer<typeof ResultBody>;

export const ResultAnswerSchema = z
  .object({ outcome: z.enum(['applied', 'stored', 'known']).describe('`applied`: the line has ended so. `stored`: the line is being worked on just now, and ends so then. `known`: it had ended so before.') })
  .meta({ id: 'FulfillmentResultAnswer' });
