import { Module } from '@nestjs/common';
import { CheckoutService } from './checkout.service.js';
import { OrderPlacement } from './order-placement.service.js';

/** The checkout use case. Expects the catalog, orders and fulfillment modules to be there. */
@Module({ providers: [OrderPlacement, CheckoutService], exports: [CheckoutService] })
export class CheckoutModule {}
