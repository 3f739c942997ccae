import { Injectable } from '@nestjs/common';
import { DeliveryInProgressError, LineFinishedError, OrderReader, OrdersService, type AskedBy, type ClaimedLine, type OrderClaim, type OrderSnapshot, type Settlement } from '#orders';
import { NotDeliveredError, NotReadBackError } from './line-decision.errors.js';
import { LineReadBack, type ReadBack } from './line-read-back.service.js';
import { OutcomeRecorder } from './outcome.recorder.js';

/** What an operator decides about one line. */
export interface LineDecision {
  readonly order: Pick<OrderSnapshot, 'id' | 'number'>;
  /** A line of this order. */
  readonly lineId: string;
  /** An operator, with his reason. */
  readonly askedBy: AskedBy & { readonly reason: string };
  /** Whatever the provider says, and also when it says nothing. */
  readonly force: boolean;
}

/** What a decision comes to, once the provider was asked: an error leaves the line as it was. */
interface Verdict {
  readonly settlement: Settlement;
  readonly error: Error | null;
}

const NEVER_CALLED: ReadBack = { found: 'unaskable', detail: null, attempt: null };

/**
 * What only a human can decide about a line: claim → read back → settle, for held lines too. Whoever else wants the line
 * meanwhile gets nothing. A process that dies in between costs a lease: the scheduler then puts the line back as it was.
 */
@Injectable()
export class LineDecisions {
  constructor(
    private readonly orders: OrdersService,
    private readonly reader: OrderReader,
    private readonly readBack: LineReadBack,
    private readonly outcomes: OutcomeRecorder,
  ) {}

  /**
   * The learner has it by another way.
   *
   * @throws {LineFinishedError | DeliveryInProgressError}
   * @throws {NotDeliveredError} the provider does not say so, and there was no force.
   */
  async doneElsewhere(decision: LineDecision): Promise<void> {
    await this.decide(decision, (claim, claimed) => this.readBack.read(claim, claimed), doneElsewhereVerdict);
  }

  /**
   * It is not to be tried again. A line that turns out to be there is fulfilled instead.
   *
   * @throws {LineFinishedError | DeliveryInProgressError}
   * @throws {NotReadBackError} a call may have arrived, the provider could not say so, and there was no force.
   */
  async giveUp(decision: LineDecision): Promise<void> {
    await this.decide(decision, (claim, claimed) => (wasCalled(claimed) ? this.readBack.read(claim, claimed) : Promise.resolve(NEVER_CALLED)), giveUpVerdict);
  }

  private async decide(decision: LineDecision, look: (claim: OrderClaim, claimed: ClaimedLine) => Promise<ReadBack>, judge: typeof giveUpVerdict): Promise<void> {
    const { order, lineId, askedBy } = decision;
    const claim = await this.orders.claimDecision(lineId, askedBy);
    const [claimed] = claim?.lines ?? [];
    if (!claim || !claimed) throw await this.refusal(decision);
    const readBack = await look(claim, claimed);
    const { settlement, error } = judge(claimed, readBack, decision);
    const mayHaveArrived = claimed.mayHaveArrived && settlement.result !== 'fulfilled';
    const { lostLineIds } = await this.outcomes.record(claim, [{ lineId, claimId: claimed.claimId, settlement, attempt: readBack.attempt, mayHaveArrived }], askedBy);
    if (lostLineIds.length > 0) throw new DeliveryInProgressError(order.number);
    if (error) throw error;
  }

  /** Read after the claim that failed, so that it judges what the claim saw or something newer. */
  private async refusal({ order, lineId }: LineDecision): Promise<Error> {
    const { lines } = await this.reader.byId(order.id);
    const status = lines.find(({ id }) => id === lineId)?.status;
    return status === 'fulfilled' || status === 'revoked' ? new LineFinishedError(lineId, status) : new DeliveryInProgressError(order.number);
  }
}

/** This claim's own attempt is the first one: nobody has called for the line yet. */
function wasCalled({ mayHaveArrived, line }: ClaimedLine): boolean {
  return mayHaveArrived || line.attempts > 1;
}

function doneElsewhereVerdict(_claimed: ClaimedLine, { found, detail }: ReadBack, { force, askedBy: { actor, reason } }: LineDecision): Verdict {
  if (typeof found !== 'string') return { settlement: { result: 'fulfilled', receipt: found.reference, reason }, error: null };
  if (force) return { settlement: { result: 'fulfilled', receipt: `Marked done elsewhere by ${actor}`, reason }, error: null };
  const error = new NotDeliveredError(detail ?? '');
  return { settlement: { result: 'unchanged', reason: error.message }, error };
}

function giveUpVerdict({ mayHaveArrived }: ClaimedLine, { found, detail }: ReadBack, { force, askedBy: { reason } }: LineDecision): Verdict {
  if (typeof found !== 'string') return { settlement: { result: 'fulfilled', receipt: found.reference, reason }, error: null };
  const isSureNotThere = found === 'nothing' || (found === 'unaskable' && !mayHaveArrived);
  if (isSureNotThere || force) return { settlement: { result: 'given_up', reason }, error: null };
  const error = new NotReadBackError(detail ?? '');
  return { settlement: { result: 'unchanged', reason: error.message }, error };
}
