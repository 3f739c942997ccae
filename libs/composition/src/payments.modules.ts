import type { DynamicModule } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ApprovedPayments } from '#checkout';
import type { DeliveryConfig } from '#config';
import { OrderEventHandler, ProviderPausedError } from '#fulfillment';
import { OrderReader } from '#orders';
import { PaymentsModule, type Payment, type PaymentConsequences } from '#payments';
import { RefundsService } from '#refunds';

/** Payments, bound to what follows from them. Refunds and checkout are looked up when they are needed: they need the payments themselves. */
export function paymentsModule({ fulfillmentLeaseMs: leaseMs }: Pick<DeliveryConfig, 'fulfillmentLeaseMs'>): DynamicModule {
  const useFactory = (reader: OrderReader, handler: OrderEventHandler, modules: ModuleRef) => paymentConsequences({ reader, handler, refunds: () => modules.get(RefundsService, { strict: false }), buyers: () => modules.get(ApprovedPayments, { strict: false }) });
  return PaymentsModule.forRoot({ leaseMs, consequences: { inject: [OrderReader, OrderEventHandler, ModuleRef], useFactory } });
}

interface Concerned {
  readonly reader: Pick<OrderReader, 'byId'>;
  readonly handler: Pick<OrderEventHandler, 'handleShippingEvent'>;
  readonly buyers: () => Pick<ApprovedPayments, 'takeInAbsence'>;
  readonly refunds: () => Pick<RefundsService, 'observe' | 'returnLate'>;
}

/** Delivers what was paid for, and writes what went back. */
export function paymentConsequences({ reader, handler, refunds, buyers }: Concerned): PaymentConsequences {
  return {
    opened: (payment) => deliver(payment, reader, handler),
    approved: (payment) => buyers().takeInAbsence(payment),
    moneyWentBack: (payment, state) => refunds().observe(payment, state),
    goesBack: async (payment) => void (await refunds().returnLate(payment)),
  };
}

/** What cannot be delivered now is due, and found by the scheduler. */
async function deliver({ orderId, processor }: Payment, reader: Concerned['reader'], handler: Concerned['handler']): Promise<void> {
  try {
    await handler.handleShippingEvent(await reader.byId(orderId), 'unfinished', { kind: 'checkout', actor: `payment:${processor}`, reason: null });
  } catch (error) {
    if (!(error instanceof ProviderPausedError)) throw error;
  }
}
