import { Global, Module } from '@nestjs/common';
import { RefundRecord } from '../books/refund.record.js';
import { RefundObservation } from './refund-observation.service.js';

/** For programs that hear of refunds, and work on none: what follows is due, and done by the worker. Expects `OrdersModule`, `PaymentsModule` and `ProcessorRegistryModule` to be there, and no `FulfillmentModule`. */
@Global()
@Module({ providers: [RefundRecord, RefundObservation], exports: [RefundObservation] })
export class RefundObservationModule {}
