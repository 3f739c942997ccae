import { DIFFERENCE_KINDS } from '#payments';
import { z } from 'zod';
import { instant } from '../instant.schema.js';

const minor = z.int().describe('In whole minor units.');
const MoneySchema = z.object({ capturedMinor: minor, refundedMinor: minor, currency: z.string() }).nullable();

const DifferenceSchema = z.object({
  kind: z.enum(DIFFERENCE_KINDS),
  orderNumber: z.string().nullable().describe('Of ours; null where the money belongs to none.'),
  paymentId: z.string().nullable(),
  reference: z.string().nullable().describe('What the gateway calls the payment.'),
  captureReference: z.string().nullable().describe('What the gateway calls the money that it took.'),
  ours: MoneySchema.describe('What our payment knows; null: no money was taken.'),
  theirs: MoneySchema.describe('What the gateway knows; null: no money was taken.'),
  detail: z.string().describe('What was found, and what to do about it.'),
  repair: z.enum(['settled', 'stays']).nullable().describe('What came of a repair; null where none was made.'),
});

const LastRunSchema = z.object({
  startedAt: instant,
  endedAt: instant,
  since: instant,
  until: instant,
  end: z.enum(['complete', 'stopped', 'failed']).describe('`complete`: the whole window was compared. Else it is tried again within an hour, and what was counted and found stays that of the run at `lastCompleteAt`, if there was one.'),
  failure: z.object({ kind: z.string(), detail: z.string() }).nullable().describe('Why the gateway could not be asked.'),
  listed: z.int().describe('Payments that the gateway listed.'),
  own: z.int().describe('Payments of ours that were captured in the window.'),
  readBack: z.int().describe('Payments that were read back one by one.'),
  repaired: z.boolean().describe('Whether what is safe to repair was repaired.'),
  settled: z.int().describe('Differences that a repair has settled.'),
  differences: z.object(Object.fromEntries(DIFFERENCE_KINDS.map((kind) => [kind, z.int()]))).describe('What is left, by kind.'),
  findings: z.array(DifferenceSchema).describe('The first hundred, those that were settled included.'),
});

export const PaymentReconciliationSchema = z.object({
  processor: z.string(),
  nextRunAt: instant,
  isRunning: z.boolean(),
  lastCompleteAt: instant.nullable().describe('When one was last made to the end. Null: none was yet.'),
  last: LastRunSchema.nullable().describe('Null: there was none yet.'),
});

export const PaymentReconciliationsSchema = z.object({ items: z.array(PaymentReconciliationSchema) });
