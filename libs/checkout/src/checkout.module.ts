import { Module, type DynamicModule } from '@nestjs/common';
import { ApprovedPayments } from './approved-payments.service.js';
import { CHECKOUT_OPTIONS, type CheckoutOptions } from './checkout.options.js';
import { CheckoutService } from './checkout.service.js';
import { FirstDelivery } from './first-delivery.service.js';
import { FirstPayment } from './first-payment.service.js';
import { OrderPlacement } from './order-placement.service.js';
import { OrderPricing } from './order-pricing.service.js';
import { PaymentAbandonment } from './payment-abandonment.service.js';
import { PaymentAttempt } from './payment-attempt.service.js';
import { PaymentConfirmation } from './payment-confirmation.service.js';
import { PaymentStart } from './payment-start.service.js';
import { PendingPlacement } from './pending-placement.service.js';
import { RedemptionService } from './redemption.service.js';
import { RefusedPurchase } from './refused-purchase.service.js';
import { SaleCheck } from './sale-check.service.js';
import { SeatCheck } from './seat-check.service.js';
import { SeatPlacement } from './seat-placement.service.js';
import { SettledPlacement } from './settled-placement.service.js';

const PLACEMENT = [OrderPricing, OrderPlacement, SettledPlacement, PendingPlacement, RefusedPurchase, FirstDelivery, FirstPayment, SeatCheck, SeatPlacement, SaleCheck, PaymentAttempt];
const USE_CASES = [ApprovedPayments, CheckoutService, RedemptionService, PaymentStart, PaymentConfirmation, PaymentAbandonment];

/** The ways to an order, checkout and redeeming an enrollment code, and what its buyer does about its payment. Expects the catalog, codes, orders, payments and fulfillment modules to be there. */
@Module({})
export class CheckoutModule {
  static forRoot(options: CheckoutOptions): DynamicModule {
    return { module: CheckoutModule, providers: [{ provide: CHECKOUT_OPTIONS, useValue: options }, ...PLACEMENT, ...USE_CASES], exports: USE_CASES };
  }
}
