import { Module, type DynamicModule, type InjectionToken } from '@nestjs/common';
import { RefundRecord } from './books/refund.record.js';
import { LineTaking } from './deciding/line-taking.service.js';
import { RefundApprovals } from './deciding/refund-approvals.service.js';
import { RefundDecisions } from './deciding/refund-decisions.service.js';
import { RefundReadBack } from './deciding/refund-read-back.service.js';
import { RefundRequests } from './deciding/refund-requests.service.js';
import { RefundTerms } from './deciding/refund-terms.service.js';
import { AccessTaking } from './halves/access-taking.service.js';
import { GatewayMoney } from './halves/gateway-money.service.js';
import { RefundAccess } from './halves/refund-access.service.js';
import { RefundClaims } from './halves/refund-claims.service.js';
import { RefundMoney } from './halves/refund-money.service.js';
import { RefundProgress } from './halves/refund-progress.service.js';
import { LatePayments } from './outside/late-payments.service.js';
import { LateRefunds } from './outside/late-refunds.service.js';
import { OutsideMoney } from './outside/outside-money.service.js';
import { RefundObservation } from './outside/refund-observation.service.js';
import { RefundReader } from './reading/refund.reader.js';
import { REFUND_LISTENER, type RefundListener } from './refund.listener.js';
import { REFUNDS_OPTIONS, USUAL_RETRY, type RefundRetry, type RefundsOptions } from './refunds.options.js';
import { RefundsService } from './refunds.service.js';

export interface RefundsModuleOptions extends Pick<RefundsOptions, 'leaseMs' | 'rules'> {
  readonly retry?: RefundRetry;
  /** Told of what happened, and how the app makes it. */
  readonly listener?: { readonly inject: InjectionToken[]; readonly useFactory: (...dependencies: never[]) => RefundListener };
}

/** Who writes refunds, and who works on them. */
export const REFUND_PROVIDERS = [RefundRecord, RefundClaims, LineTaking, RefundTerms, RefundReader, RefundRequests, RefundReadBack, RefundApprovals, RefundDecisions, GatewayMoney, AccessTaking, RefundMoney, RefundAccess, RefundProgress, RefundObservation, LateRefunds, LatePayments, OutsideMoney, RefundsService];

/** Owns refunds. Expects `OrdersModule`, `PaymentsModule`, `ProcessorRegistryModule` and `FulfillmentModule` to be there. */
@Module({})
export class RefundsModule {
  static forRoot({ leaseMs, rules, retry = USUAL_RETRY, listener }: RefundsModuleOptions): DynamicModule {
    return {
      module: RefundsModule,
      global: true,
      providers: [{ provide: REFUNDS_OPTIONS, useValue: { leaseMs, rules, retry } satisfies RefundsOptions }, ...(listener ? [{ provide: REFUND_LISTENER, ...listener }] : []), ...REFUND_PROVIDERS],
      exports: [RefundsService, RefundDecisions, RefundReader, RefundMoney, RefundAccess, LatePayments],
    };
  }
}
