import { Module, type DynamicModule } from '@nestjs/common';
import { DifferenceReading } from './difference.reading.js';
import { PaymentReconciliation } from './payment-reconciliation.service.js';
import { ReconciliationRuns } from './reconciliation-runs.service.js';
import { RECONCILIATION_OPTIONS, type ReconciliationOptions } from './reconciliation.options.js';
import { ReconciliationReader } from './reconciliation.reader.js';
import { ScheduledReconciliation } from './scheduled-reconciliation.service.js';

const SERVICES = [PaymentReconciliation, ReconciliationReader, DifferenceReading, ReconciliationRuns];

/** Compares gateways with our payments. Expects `PaymentsModule` to be there. */
@Module({})
export class PaymentReconciliationModule {
  /** With `ScheduledReconciliation`, a source of due work. */
  static forRoot(options: ReconciliationOptions): DynamicModule {
    return {
      module: PaymentReconciliationModule,
      global: true,
      providers: [{ provide: RECONCILIATION_OPTIONS, useValue: options }, ...SERVICES, ScheduledReconciliation],
      exports: [PaymentReconciliation, ReconciliationRuns, ScheduledReconciliation],
    };
  }

  /** For whoever reads what the last runs found: needs `OrdersModule`, and no gateway. */
  static forReaders(): DynamicModule {
    return { module: PaymentReconciliationModule, providers: [ReconciliationRuns], exports: [ReconciliationRuns] };
  }
}
