import { Inject, Injectable } from '@nestjs/common';
import { DueTurns, type OrderClaim, type TurnId, type TurnTerms } from '#orders';
import { BacklogGate } from './backlog-gate.service.js';
import { OrderEventHandler } from './order-event.handler.js';
import { PRODUCT_DETAILS, type ProductDetails } from './product-details.js';

/** A line in its operation. What leave and details are asked by goes along, so that neither needs the line to be read. */
interface Turn extends TurnId {
  readonly productType: string;
  readonly productId: string;
}

/**
 * The lines of resubmissions in bulk that wait for their turn: a source of work for the scheduler. A line is claimed in the
 * same commit that ends its turn, so it is sent once; what its attempt leaves unfinished is one of the retries from then on.
 */
@Injectable()
export class ResubmissionTurns {
  readonly name = 'resubmissions';
  /** Where searches begin while a provider must not be called: one looks at so many lines only, and those of that provider may be more. */
  private searchAfter: TurnId | null = null;

  constructor(
    private readonly due: DueTurns,
    private readonly gate: BacklogGate,
    private readonly handler: OrderEventHandler,
    @Inject(PRODUCT_DETAILS) private readonly productDetails: ProductDetails,
  ) {}

  async findDue(limit: number): Promise<{ id: string; dueAt: Date; alone: boolean }[]> {
    const blocked = await this.gate.blockedTypes();
    if (blocked.length === 0) this.searchAfter = null;
    const { turns, lookedUntil } = await this.due.find(limit, blocked, this.searchAfter);
    // Goes on behind lines that cannot be sent now, and from the end begins anew.
    if (turns.length === 0) this.searchAfter = lookedUntil;
    return turns.map(({ dueAt, alone, ...turn }) => ({ id: turnId(turn), dueAt, alone }));
  }

  async perform({ id, alone }: { readonly id: string; readonly alone: boolean }): Promise<void> {
    const turn = turnOf(id);
    const terms = await this.due.terms(turn);
    // Without leave the line keeps its turn.
    if (!terms || (await this.gate.ask(turn.productType))) return;
    const claim = await this.gate.claimWithLeave(turn.productType, () => this.claim(turn, terms, alone));
    if (claim) await this.handler.handleShippingEvent(claim.order, claim, terms.askedBy);
    else await this.due.skip(turn);
  }

  private async claim(turn: Turn, { askedBy, refreshDetails }: TurnTerms, alone: boolean): Promise<OrderClaim | undefined> {
    const details = refreshDetails ? await this.productDetails([turn.productId]) : null;
    return this.due.claim(turn, { askedBy, details, alone });
  }
}

function turnId({ resubmissionId, lineId, productType, productId }: Turn): string {
  return [resubmissionId, lineId, productType, productId].join('/');
}

function turnOf(id: string): Turn {
  const [resubmissionId = '', lineId = '', productType = '', productId = ''] = id.split('/');
  return { resubmissionId, lineId, productType, productId };
}
