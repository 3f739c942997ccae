import { Injectable } from '@nestjs/common';
import { LineResults, OrdersService, refused, type AskedBy, type ReportMessage, type ReportedLine, type ReportedResult } from '#orders';
import { lineOf, lineWork, type LineWork } from './line-work.js';
import { OutcomeRecorder } from './outcome.recorder.js';
import { ResultContradictedError, ResultUnexpectedError } from './reported-result.errors.js';

/** What became of a reported result: `applied`, or `stored` for whoever holds the line just now. `known`: the message came before, or says what we know. */
export type ReportOutcome = 'applied' | 'stored' | 'known';

/**
 * What a provider reports of a line that it was given. The report is kept first, with the line; then it is applied by a claim and a
 * settle like every other outcome. Where somebody holds the line, his settle applies it. As a source of work for the scheduler it
 * finds what was kept and, because its process died, never applied.
 */
@Injectable()
export class ReportedResults {
  readonly name = 'reported-results';

  constructor(
    private readonly results: LineResults,
    private readonly orders: OrdersService,
    private readonly outcomes: OutcomeRecorder,
  ) {}

  /**
   * @returns `undefined` when there is no such line.
   * @throws {ResultUnexpectedError} nothing of the line can have reached the provider.
   * @throws {ResultContradictedError} the line has ended otherwise; what was said is in its history.
   */
  async report(lineId: string, productType: string, message: ReportMessage): Promise<ReportOutcome | undefined> {
    const line = await this.results.store(lineId, message, actorOf(productType));
    if (!line) return undefined;
    if (line.known) return 'known';
    if (!line.stored) return alreadyEnded(lineId, line, message);
    return (await this.apply(lineId, productType)) ? 'applied' : 'stored';
  }

  async findDue(limit: number) {
    return lineWork(await this.results.findUnapplied(limit));
  }

  async perform({ id }: Pick<LineWork, 'id'>): Promise<void> {
    const { lineId, productType } = lineOf(id);
    await this.apply(lineId, productType);
  }

  /** What is applied is what the claim finds: somebody may have been quicker, or have reported something newer. */
  private async apply(lineId: string, productType: string): Promise<boolean> {
    const askedBy: AskedBy = { kind: 'callback', actor: actorOf(productType), reason: null };
    const claim = await this.orders.claimDecision(lineId, askedBy);
    const [claimed] = claim?.lines ?? [];
    if (!claim || !claimed) return false;
    const { claimId, result, mayHaveArrived } = claimed;
    const settlement = result === null ? ({ result: 'unchanged' } as const) : settlementOf(result);
    const { lostLineIds } = await this.outcomes.record(claim, [{ lineId, claimId, settlement, attempt: null, mayHaveArrived: settlement.result !== 'fulfilled' && mayHaveArrived }], askedBy);
    return lostLineIds.length === 0;
  }
}

function settlementOf(result: ReportedResult) {
  return result.outcome === 'fulfilled' ? ({ result: 'fulfilled', receipt: result.detail } as const) : refused(result);
}

function actorOf(productType: string): string {
  return `callback:${productType}`;
}

/** A provider that says once more what we know needs no answer but yes. */
function alreadyEnded(lineId: string, { status, attempts }: ReportedLine, { outcome }: ReportedResult): ReportOutcome {
  if (status === outcome) return 'known';
  if (attempts === 0 || status === 'open') throw new ResultUnexpectedError(lineId);
  throw new ResultContradictedError(lineId, status, outcome);
}
