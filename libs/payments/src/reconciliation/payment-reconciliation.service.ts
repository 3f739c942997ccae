import { Injectable } from '@nestjs/common';
import { GatewayFailure } from '../contract/gateway-failure.js';
import type { ListedPayment } from '../contract/payment-processor.js';
import type { Payment } from '../ledger/payment.js';
import { ProcessorRegistry, type WiredGateway } from '../registry/processor.registry.js';
import { differenceOf, listedMoney } from './compare-payment.js';
import { DifferenceReading, type DoubtfulPayment } from './difference.reading.js';
import { listInBatches } from './gateway-list.js';
import { matcher } from './listed-matches.js';
import type { PaymentDifference, ReconciliationProgress, ReconciliationSummary } from './payment-difference.js';
import { NotAGatewayError } from './reconciliation.errors.js';
import { ReconciliationReader, type Span } from './reconciliation.reader.js';
import { ReconciliationTally } from './reconciliation.tally.js';
import { unknownMoneyWords } from './reconciliation.words.js';

/** What is remembered of one part of the window are identifiers of so many payments at most. */
const MOST_IN_PART = 20_000;
const LONGEST_PART_MS = 7 * 24 * 60 * 60 * 1_000;

export interface ReconciliationRequest extends Span {
  /** In whose name what is safe to repair is repaired; null: nothing is written at all. */
  readonly repairedBy: string | null;
}

/** Who sees what is found, as it is found. What takes time holds the run back. */
export interface ReconciliationWatch {
  readonly onDifference: (difference: PaymentDifference) => void | Promise<void>;
  readonly onProgress?: (progress: ReconciliationProgress) => void;
  /** Ends the run with what was found so far. */
  readonly signal: AbortSignal;
}

interface Run {
  readonly gateway: WiredGateway;
  readonly repairedBy: string | null;
  readonly watch: ReconciliationWatch;
  readonly tally: ReconciliationTally;
}

/**
 * Compares what a gateway took, and gave back, with our payments, both ways. Any number may run at once, beside everything else that happens.
 *
 * Holds a batch of either side at a time, and never has a transaction open while a gateway is asked. A payment that waits for its buyer is no difference, and
 * neither is one that is not listed and can be read back. Refunds are compared on the payments of the window, whenever they were made.
 */
@Injectable()
export class PaymentReconciliation {
  constructor(
    private readonly registry: ProcessorRegistry,
    private readonly reader: ReconciliationReader,
    private readonly reading: DifferenceReading,
  ) {}

  /** Does not throw where the gateway cannot be asked: the summary says so. @throws {UnknownProcessorError | NotAGatewayError} */
  async run({ processor, since, until, repairedBy }: ReconciliationRequest, watch: ReconciliationWatch): Promise<ReconciliationSummary> {
    const gateway = this.registry.get(processor);
    if (gateway.kind !== 'gateway') throw new NotAGatewayError(processor);
    const tally = new ReconciliationTally();
    try {
      for (let start = since; start < until; ) {
        const latest = new Date(Math.min(until.getTime(), start.getTime() + LONGEST_PART_MS));
        const end = await this.reader.cut({ processor, since: start, until: latest }, MOST_IN_PART);
        await this.compare({ gateway, repairedBy, watch, tally }, { processor, since: start, until: end });
        start = end;
      }
      return tally.summary('complete');
    } catch (error) {
      if (error instanceof GatewayFailure || error === watch.signal.reason) return tally.summary(watch.signal.aborted ? 'stopped' : 'failed', error);
      throw error;
    }
  }

  private async compare(run: Run, span: Span): Promise<void> {
    const { gateway, watch, tally } = run;
    const seen = new Set<string>();
    for await (const batch of listInBatches(gateway, { ...span, signal: watch.signal })) {
      for (const { id, capturedAt } of await this.compareListed(run, batch)) if (capturedAt && span.since <= capturedAt && capturedAt < span.until) seen.add(id);
      tally.count('listed', batch.length);
      watch.onProgress?.(tally.progress);
    }
    for await (const batch of this.reader.captured(span)) {
      for (const payment of batch) if (!seen.has(payment.id)) await this.lookCloser(run, { payment, listed: null });
      tally.count('own', batch.length);
      watch.onProgress?.(tally.progress);
    }
  }

  /** @returns those that are ours. */
  private async compareListed(run: Run, batch: readonly ListedPayment[]): Promise<Payment[]> {
    const { name: processor } = run.gateway;
    const match = matcher(processor, await this.reader.mayBe(processor, batch));
    const ours: Payment[] = [];
    const unknown: { listed: ListedPayment; named: Payment | undefined }[] = [];
    for (const listed of batch) {
      const found = match(listed);
      if (found.is === 'ours') ours.push(found.payment);
      if (found.is === 'ours' && differenceOf(found.payment, listedMoney(listed)) !== null) await this.lookCloser(run, { payment: found.payment, listed });
      if (found.is === 'unknown' && listed.capturedMinor > listed.refundedMinor) unknown.push({ listed, named: found.named });
    }
    const orders = await this.reader.ordersAmong(unknown.map(({ listed }) => listed.orderNumber));
    for (const { listed, named } of unknown) await this.report(run, withoutOrder(listed, named, orders));
    return ours;
  }

  private async lookCloser(run: Run, doubtful: DoubtfulPayment): Promise<void> {
    const { tally, watch, repairedBy } = run;
    watch.signal.throwIfAborted();
    const found = await this.reading.find(doubtful);
    tally.count('readBack');
    watch.onProgress?.(tally.progress);
    if (found === null) return;
    await this.report(run, repairedBy === null ? found : await this.reading.repair(doubtful, found, repairedBy, (left) => this.report(run, left)));
  }

  private async report({ tally, watch }: Run, difference: PaymentDifference): Promise<void> {
    tally.found(difference);
    await watch.onDifference(difference);
  }
}

/** Money without a payment of ours. What of it is back with its buyer already is none of our business any more. */
function withoutOrder(listed: ListedPayment, named: Payment | undefined, orders: ReadonlySet<string>): PaymentDifference {
  const { reference, captureReference, orderNumber, capturedMinor, refundedMinor, currency } = listed;
  const isOurOrder = orderNumber !== null && orders.has(orderNumber);
  return {
    kind: 'captured_without_order',
    orderNumber: named?.orderNumber ?? (isOurOrder ? orderNumber : null),
    paymentId: named?.id ?? null,
    reference,
    captureReference,
    ours: null,
    theirs: { capturedMinor, refundedMinor, currency },
    detail: unknownMoneyWords(listed, named, isOurOrder),
    repair: null,
  };
}
