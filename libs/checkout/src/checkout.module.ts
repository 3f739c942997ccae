import { Module } from '@nestjs/common';
import { CheckoutService } from './checkout.service.js';
import { FirstDelivery } from './first-delivery.service.js';
import { OrderPlacement } from './order-placement.service.js';
import { RedemptionService } from './redemption.service.js';
import { SeatCheck } from './seat-check.service.js';
import { SeatPlacement } from './seat-placement.service.js';

/** The two ways to an order: checkout, and redeeming an enrollment code. Expects the catalog, codes, orders and fulfillment modules to be there. */
@Module({ providers: [OrderPlacement, FirstDelivery, CheckoutService, SeatCheck, SeatPlacement, RedemptionService], exports: [CheckoutService, RedemptionService] })
export class CheckoutModule {}
