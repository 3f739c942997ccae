import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { ProcessorRegistry } from '../registry/processor.registry.js';
import { countOf, type PaymentDifference, type ReconciliationSummary } from './payment-difference.js';
import { PaymentReconciliation } from './payment-reconciliation.service.js';
import { MOST_KEPT, ReconciliationRuns, type RunClaim } from './reconciliation-runs.service.js';
import { RECONCILIATION_OPTIONS, type ReconciliationOptions } from './reconciliation.options.js';
import { ReconciliationTally } from './reconciliation.tally.js';

/** The name of this source of work. */
export const PAYMENT_RECONCILIATION = 'payment-reconciliation';
const ACTOR = 'scheduler';
const DAY_MS = 24 * 60 * 60 * 1_000;
const WINDOW_MS = 3 * DAY_MS;
/** Lists lag behind, PayPal's for up to three hours: what is younger would be read back one by one, and is compared tomorrow. */
const TOO_YOUNG_MS = 4 * 60 * 60 * 1_000;
/** A run holds a slot of its process. */
const LONGEST_RUN_MS = 2 * 60 * 60 * 1_000;
const RENEWALS_A_LEASE = 3;
const BROKE_DOWN = { kind: 'unknown', detail: 'The comparison broke down; the log says how.' } as const;

/** Compares each gateway with our payments once a day, the last three days each time, on one replica. */
@Injectable()
export class ScheduledReconciliation implements OnModuleDestroy {
  readonly name = PAYMENT_RECONCILIATION;
  private readonly logger = new Logger(ScheduledReconciliation.name);
  private readonly stopping = new AbortController();
  private seeded: Promise<void> | undefined;

  constructor(
    private readonly registry: ProcessorRegistry,
    private readonly reconciliation: PaymentReconciliation,
    private readonly runs: ReconciliationRuns,
    @Inject(RECONCILIATION_OPTIONS) private readonly options: ReconciliationOptions,
  ) {}

  async findDue(limit: number) {
    const processors = this.registry.gateways().map(({ name }) => name);
    if (processors.length === 0) return [];
    this.seeded ??= this.runs.seed(processors);
    await this.seeded.catch((error: unknown) => {
      this.seeded = undefined;
      throw error;
    });
    const due = await this.runs.findDue(limit, processors);
    return due.map((run) => ({ ...run, alone: false }));
  }

  async perform({ id }: { readonly id: string }): Promise<void> {
    if (this.stopping.signal.aborted || this.registry.find(id)?.kind !== 'gateway') return;
    const claim = await this.runs.claim(id, this.options.leaseMs);
    if (claim) await this.reconcile(claim);
  }

  /** A process that stops leaves its runs to another. */
  onModuleDestroy(): void {
    this.stopping.abort();
  }

  private async reconcile(claim: RunClaim): Promise<void> {
    const lost = new AbortController();
    const renewal = setInterval(() => void this.renew(claim, lost), this.options.leaseMs / RENEWALS_A_LEASE);
    const findings: PaymentDifference[] = [];
    const until = new Date(claim.claimedAt.getTime() - TOO_YOUNG_MS);
    const window = { since: new Date(until.getTime() - WINDOW_MS), until };
    const settle = (summary: ReconciliationSummary) => this.runs.settle(claim, { ...summary, ...window, repaired: this.options.repair, findings });
    try {
      const request = { processor: claim.processor, ...window, repairedBy: this.options.repair ? ACTOR : null };
      const signal = AbortSignal.any([this.stopping.signal, lost.signal, AbortSignal.timeout(LONGEST_RUN_MS)]);
      const summary = await this.reconciliation.run(request, { signal, onDifference: (found) => void (findings.length < MOST_KEPT && findings.push(found)) });
      if (this.stopping.signal.aborted) return await this.runs.release(claim);
      this.tell(claim, summary);
      await settle(summary);
    } catch (error) {
      await settle({ ...new ReconciliationTally().summary('failed'), failure: BROKE_DOWN });
      throw error;
    } finally {
      clearInterval(renewal);
    }
  }

  private async renew(claim: RunClaim, lost: AbortController): Promise<void> {
    try {
      if (!(await this.runs.renew(claim, this.options.leaseMs))) lost.abort();
    } catch (error) {
      this.logger.warn(`The lease on the reconciliation of "${claim.processor}" could not be renewed: ${String(error)}`);
    }
  }

  private tell({ processor }: RunClaim, { differences, settled, end, failure }: ReconciliationSummary): void {
    const left = countOf(differences);
    if (left > 0) this.logger.warn(`The payments of "${processor}" and ours differ: ${left} left, ${settled} repaired. See GET /v1/payment-reconciliations.`);
    if (end !== 'complete') this.logger.warn(`The payments of "${processor}" were not compared to the end: ${failure?.detail ?? 'there was no more time.'}`);
  }
}
