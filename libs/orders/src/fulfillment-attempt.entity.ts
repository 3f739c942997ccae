import { defineEntity, p } from '@mikro-orm/core';
import type { ClaimPurpose } from './claim.js';
import { OrderLine } from './order-line.entity.js';

/** How one attempt ended. `pending`: its call may be under way, or its holder died. `unknown`: nobody can tell. */
export type AttemptOutcome = 'pending' | 'fulfilled' | 'accepted' | 'revoked' | 'failed' | 'unknown';

const FulfillmentAttemptSchema = defineEntity({
  name: 'FulfillmentAttempt',
  tableName: 'fulfillment_attempt',
  properties: {
    claimId: p.uuid().primary(),
    line: () => p.manyToOne(OrderLine),
    purpose: p.text().$type<Exclude<ClaimPurpose, 'decide'>>(),
    requestedBy: p.text(),
    startedAt: p.datetime(),
    endedAt: p.datetime().nullable(),
    durationMs: p.integer().nullable(),
    outcome: p.text().$type<AttemptOutcome>(),
    httpStatus: p.integer().nullable(),
    detail: p.text().nullable(),
  },
});

/** One claim of a line and what came of it. Written before its call leaves; covers the call and its read-backs. */
export class FulfillmentAttempt extends FulfillmentAttemptSchema.class {}
FulfillmentAttemptSchema.setClass(FulfillmentAttempt);
