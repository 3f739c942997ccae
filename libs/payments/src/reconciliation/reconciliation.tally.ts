import { GatewayFailure } from '../contract/gateway-failure.js';
import { DIFFERENCE_KINDS, type DifferenceKind, type PaymentDifference, type ReconciliationProgress, type ReconciliationSummary } from './payment-difference.js';

/** Counts what a run does and finds. */
export class ReconciliationTally {
  private readonly left: Record<DifferenceKind, number> = { ...NONE };
  private readonly done = { listed: 0, own: 0, readBack: 0 };
  private settled = 0;

  count(what: keyof ReconciliationProgress, amount = 1): void {
    this.done[what] += amount;
  }

  found({ kind, repair }: PaymentDifference): void {
    if (repair === 'settled') this.settled += 1;
    else this.left[kind] += 1;
  }

  get progress(): ReconciliationProgress {
    return { ...this.done };
  }

  summary(end: ReconciliationSummary['end'], thrown?: unknown): ReconciliationSummary {
    const failure = end === 'failed' && thrown instanceof GatewayFailure ? { kind: thrown.kind, detail: thrown.detail } : null;
    return { ...this.done, differences: { ...this.left }, settled: this.settled, end, failure };
  }
}

const NONE = Object.fromEntries(DIFFERENCE_KINDS.map((kind) => [kind, 0])) as Record<DifferenceKind, number>;
