import { z } from 'zod';

const instant = z.iso.datetime();
const texts = z.record(z.string(), z.string());

/** One try to take the money: Stripe's charge, PayPal's capture. */
const TakingSchema = z.strictObject({
  id: z.string(),
  at: instant,
  status: z.enum(['pending', 'succeeded', 'failed']),
  /** It was pending before: PayPal shows such a capture also when it came to nothing, and no other. */
  wasPending: z.boolean(),
  failure: z.strictObject({ code: z.string(), declineCode: z.string(), message: z.string() }).nullable(),
});
export type Taking = z.infer<typeof TakingSchema>;
export type Failure = NonNullable<Taking['failure']>;

/** What only Stripe's payments have. */
const StripePartSchema = z.strictObject({
  clientSecret: z.string(),
  description: z.string().nullable(),
  receiptEmail: z.string().nullable(),
  paymentMethod: z.string().nullable(),
  paymentMethodTypes: z.array(z.string()),
  automaticMethods: z.boolean(),
  cancellationReason: z.string().nullable(),
  returnUrl: z.string().nullable(),
});

/** What only PayPal's payments have. */
const PaypalPartSchema = z.strictObject({
  referenceId: z.string(),
  description: z.string().nullable(),
  returnUrl: z.string().nullable(),
  cancelUrl: z.string().nullable(),
  payerId: z.string(),
  /** The next capture is refused as `INSTRUMENT_DECLINED`. */
  declineNext: z.boolean(),
});

/**
 * A payment as either gateway has it. Amounts everywhere in this sandbox are whole minor units by ISO 4217; how a gateway writes them is its dialect's affair.
 *
 * `unpaid`: the buyer has not done anything. `action`: his bank wants him to prove himself. `approved`: he has agreed, and the shop may take the money.
 */
export const PaymentSchema = z.strictObject({
  id: z.string(),
  seq: z.number().int(),
  gateway: z.enum(['stripe', 'paypal']),
  status: z.enum(['unpaid', 'action', 'approved', 'processing', 'captured', 'canceled']),
  amountMinor: z.number().int(),
  currency: z.string(),
  /** Stripe's metadata; PayPal's `custom_id` and `invoice_id`. */
  metadata: texts,
  createdAt: instant,
  updatedAt: instant,
  canceledAt: instant.nullable(),
  takings: z.array(TakingSchema),
  stripe: StripePartSchema.nullable(),
  paypal: PaypalPartSchema.nullable(),
});
export type Payment = z.infer<typeof PaymentSchema>;
export type Gateway = Payment['gateway'];

export const RefundSchema = z.strictObject({
  id: z.string(),
  seq: z.number().int(),
  paymentId: z.string(),
  amountMinor: z.number().int(),
  status: z.enum(['pending', 'succeeded', 'failed']),
  /** `console`: somebody pressed a button at the gateway. */
  origin: z.enum(['api', 'console']),
  metadata: texts,
  reason: z.string().nullable(),
  failureReason: z.string().nullable(),
  createdAt: instant,
  updatedAt: instant,
});
export type Refund = z.infer<typeof RefundSchema>;

export const DisputeSchema = z.strictObject({
  id: z.string(),
  seq: z.number().int(),
  paymentId: z.string(),
  amountMinor: z.number().int(),
  status: z.enum(['open', 'won', 'lost']),
  reason: z.string(),
  createdAt: instant,
  updatedAt: instant,
});
export type Dispute = z.infer<typeof DisputeSchema>;

const DeliverySchema = z.strictObject({ at: instant, status: z.number().int().nullable(), error: z.string().nullable() });
/** One try to deliver an event: the status that came back, or why none did. */
export type WebhookDelivery = z.infer<typeof DeliverySchema>;

/**
 * `waiting`: is on its way, or will be tried again. `held`: until somebody releases it. `delivered`: was answered with a 2xx. `given_up`: after the
 * last try. `nowhere`: there was no address to send it to.
 */
export const EventSchema = z.strictObject({
  id: z.string(),
  seq: z.number().int(),
  gateway: PaymentSchema.shape.gateway,
  type: z.string(),
  paymentId: z.string(),
  createdAt: instant,
  /** Byte for byte what is signed and posted. */
  body: z.string(),
  state: z.enum(['waiting', 'held', 'delivered', 'given_up', 'nowhere']),
  deliveries: z.array(DeliverySchema),
});
export type WebhookEvent = z.infer<typeof EventSchema>;

/** What an idempotency key was answered with. */
export const KeptAnswerSchema = z.strictObject({
  /** Gateway and key; PayPal's keys count per path. */
  id: z.string(),
  fingerprint: z.string(),
  path: z.string(),
  status: z.number().int(),
  body: z.string(),
  /** The object that PayPal shows, as it then is, when the call is repeated. */
  subject: z.string().nullable(),
});
export type KeptAnswer = z.infer<typeof KeptAnswerSchema>;

export const CallSchema = z.strictObject({
  id: z.string(),
  seq: z.number().int(),
  at: instant,
  gateway: PaymentSchema.shape.gateway,
  method: z.string(),
  path: z.string(),
  query: z.string(),
  idempotencyKey: z.string().nullable(),
  body: z.unknown(),
  /** As it left; null as long as, and if, no answer was sent. */
  status: z.number().int().nullable(),
  /** Answered from what was kept under its idempotency key. */
  replayed: z.boolean(),
  /** The gateway worked on it, whatever was answered. */
  worked: z.boolean(),
  fault: z.string().nullable(),
});
export type Call = z.infer<typeof CallSchema>;
