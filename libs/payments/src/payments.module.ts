import { Module, type DynamicModule, type InjectionToken, type ModuleMetadata } from '@nestjs/common';
import { GatewayCalls } from './ledger/gateway-calls.service.js';
import { OrderExpiry } from './ledger/order-expiry.service.js';
import { ParkedPayments } from './ledger/parked-payments.service.js';
import { PaymentBalance } from './ledger/payment-balance.service.js';
import { PaymentChecks } from './ledger/payment-checks.service.js';
import { PAYMENT_CONSEQUENCES, type PaymentConsequences } from './ledger/payment-consequences.js';
import { PaymentLedger } from './ledger/payment.ledger.js';
import { PaymentSync } from './ledger/payment-sync.service.js';
import { PaymentWatch } from './ledger/payment-watch.service.js';
import { Invoices } from './operators/invoices.service.js';
import { ParkedMoney } from './operators/parked-money.service.js';
import { ParkedOpening } from './operators/parked-opening.service.js';
import { PaymentReader } from './operators/payment-reader.service.js';
import { PAYMENTS_OPTIONS, type PaymentsOptions } from './payments.options.js';

/** A port, and how the app makes what it is bound to. */
export interface BoundPort<Port> {
  readonly inject: InjectionToken[];
  readonly useFactory: (...dependencies: never[]) => Port;
}

export interface PaymentsModuleOptions extends PaymentsOptions {
  /** What follows from money, outside this lib. */
  readonly consequences: BoundPort<PaymentConsequences>;
  /** The modules of what `consequences` injects, unless they are global. */
  readonly imports?: ModuleMetadata['imports'];
}

const LEDGER = [GatewayCalls, PaymentLedger, PaymentBalance, PaymentSync, PaymentChecks, OrderExpiry, ParkedPayments, PaymentWatch];
const FOR_OPERATORS = [PaymentReader, ParkedOpening, ParkedMoney, Invoices];

/** What is written of payments, and who asks gateways about them. Expects `OrdersModule` and `ProcessorRegistryModule` to be there. */
@Module({})
export class PaymentsModule {
  static forRoot({ leaseMs, consequences, imports = [] }: PaymentsModuleOptions): DynamicModule {
    return {
      module: PaymentsModule,
      global: true,
      imports,
      providers: [{ provide: PAYMENTS_OPTIONS, useValue: { leaseMs } satisfies PaymentsOptions }, { provide: PAYMENT_CONSEQUENCES, ...consequences }, ...LEDGER, ...FOR_OPERATORS],
      exports: [PAYMENTS_OPTIONS, PAYMENT_CONSEQUENCES, ...LEDGER, ...FOR_OPERATORS],
    };
  }
}
