import type { CodeBatch, CodeBook, Standing } from './code-book.js';

/** For specs: a book in memory. */
export class FakeCodeBook implements CodeBook {
  /** Throws instead of doing what it is told, or of answering when it is done. */
  fault: { readonly when: 'before' | 'after'; readonly error: unknown } | null = null;
  readonly batches: CodeBatch[] = [];
  private readonly lines = new Map<string, Standing>();

  issue(lineId: string, batch: CodeBatch, beforeWrite?: () => void): Promise<Standing> {
    return this.run(() => {
      beforeWrite?.();
      this.batches.push(batch);
      const standing = this.lines.get(lineId) ?? { issued: batch.quantity, redeemed: 0, voided: 0 };
      this.lines.set(lineId, standing);
      return standing;
    });
  }

  standing(lineId: string): Promise<Standing> {
    return this.run(() => this.lines.get(lineId) ?? { issued: 0, redeemed: 0, voided: 0 });
  }

  closeLine(lineId: string, { quantity }: CodeBatch, beforeWrite?: () => void): Promise<void> {
    return this.run(() => {
      beforeWrite?.();
      const { redeemed } = this.lines.get(lineId) ?? { redeemed: 0 };
      this.lines.set(lineId, { issued: quantity, redeemed, voided: quantity - redeemed });
    });
  }

  redeem(lineId: string, count: number): void {
    const standing = this.lines.get(lineId);
    if (standing) this.lines.set(lineId, { ...standing, redeemed: count });
  }

  private async run<Result>(work: () => Result): Promise<Result> {
    await Promise.resolve();
    if (this.fault?.when === 'before') throw this.fault.error;
    const result = work();
    if (this.fault) throw this.fault.error;
    return result;
  }
}
