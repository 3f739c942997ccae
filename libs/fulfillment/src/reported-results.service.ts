import { Injectable } from '@nestjs/common';
import { LineResults, OrdersService, refused, type AskedBy, type ReportedLine, type ReportedResult } from '#orders';
import { ResultContradictedError, ResultUnexpectedError } from './reported-result.errors.js';
import { OutcomeRecorder } from './outcome.recorder.js';

/** What became of a reported result: `applied`, or `stored` for whoever holds the line just now, or `known` before. */
export type ReportOutcome = 'applied' | 'stored' | 'known';

/**
 * What a provider reports of a line that it was given. The report is kept first, with the line; then it is applied by a claim and a
 * settle like every other outcome. Where somebody holds the line, his settle applies it.
 */
@Injectable()
export class ReportedResults {
  constructor(
    private readonly results: LineResults,
    private readonly orders: OrdersService,
    private readonly outcomes: OutcomeRecorder,
  ) {}

  /**
   * @returns `undefined` when there is no such line.
   * @throws {ResultUnexpectedError} nobody was ever asked to deliver the line.
   * @throws {ResultContradictedError} the line has ended otherwise; what was said is in its history.
   */
  async report(lineId: string, productType: string, result: ReportedResult): Promise<ReportOutcome | undefined> {
    const askedBy: AskedBy = { kind: 'callback', actor: `callback:${productType}`, reason: null };
    const line = await this.results.store(lineId, result, askedBy.actor);
    if (!line) return undefined;
    if (line.attempts === 0) throw new ResultUnexpectedError(lineId);
    if (!line.stored) return alreadyEnded(lineId, line, result);
    return (await this.apply(lineId, result, askedBy)) ? 'applied' : 'stored';
  }

  private async apply(lineId: string, result: ReportedResult, askedBy: AskedBy): Promise<boolean> {
    const claim = await this.orders.claimDecision(lineId, askedBy);
    const [claimed] = claim?.lines ?? [];
    if (!claim || !claimed) return false;
    const settlement = result.outcome === 'fulfilled' ? ({ result: 'fulfilled', receipt: result.detail } as const) : refused(result);
    const { lostLineIds } = await this.outcomes.record(claim, [{ lineId, claimId: claimed.claimId, settlement, attempt: null, mayHaveArrived: result.outcome === 'failed' }], askedBy);
    return lostLineIds.length === 0;
  }
}

/** A provider that says once more what we know needs no answer but yes. */
function alreadyEnded(lineId: string, { status }: ReportedLine, { outcome }: ReportedResult): ReportOutcome {
  const isSame = outcome === 'fulfilled' ? status === 'fulfilled' : status === 'failed' || status === 'open';
  if (isSame) return 'known';
  throw new ResultContradictedError(lineId, status, outcome);
}
