import { LineNotFoundError, type LineSnapshot } from '#orders';
import type { AccessTerms } from '../refund.js';
import { AlreadyRefundedError, DuplicateLinesError, LinesRequiredError, NothingToRefundError, OverRefundError, RefundAmountError } from '../refunds.errors.js';

/** What is asked for. Left out: all lines that were not taken back, what remains of the money, and the access is taken. */
export interface WantedRefund {
  readonly orderNumber: string;
  readonly lineIds?: readonly string[] | undefined;
  /** Minor units of the currency that was paid. */
  readonly amountMinor?: number | undefined;
  readonly access?: AccessTerms | undefined;
  readonly reason: string;
}

/** The order as it stands under lock. */
export interface RefundableOrder {
  readonly number: string;
  /** Of the money that can be returned. */
  readonly currency: string;
  /** The currency of the lines' prices. */
  readonly pricedIn: string;
  readonly lines: readonly Pick<LineSnapshot, 'id' | 'status' | 'quantity' | 'unitPriceMinor'>[];
  /** Lines that living refunds take back. */
  readonly living: ReadonlySet<string>;
  /** What can still be returned. */
  readonly remainsMinor: number;
  /** What was paid; 0: it cost nothing, or nobody paid here. */
  readonly paidMinor: number;
}

export interface RefundPlan {
  /** What is taken back. */
  readonly lineIds: readonly string[];
  readonly amountMinor: number;
  readonly access: AccessTerms;
}

/**
 * What is to be returned and taken back. Pure; nothing is written where it throws.
 *
 * @throws {RefundAmountError | OverRefundError | LineNotFoundError | DuplicateLinesError | AlreadyRefundedError | LinesRequiredError | NothingToRefundError}
 */
export function planOf(wanted: WantedRefund, order: RefundableOrder): RefundPlan {
  const { remainsMinor } = order;
  const isMoneyAlone = wanted.lineIds === undefined && wanted.amountMinor !== undefined;
  const access = wanted.access ?? (isMoneyAlone ? 'keep' : 'revoke');
  if (wanted.lineIds?.length === 0 || (isMoneyAlone && access !== 'keep')) throw new LinesRequiredError();
  const chosen = isMoneyAlone ? [] : chosenLines(wanted.lineIds, order);
  if (wanted.lineIds && wanted.amountMinor === undefined && order.pricedIn !== order.currency) throw new RefundAmountError(`The lines are priced in ${order.pricedIn}, and ${order.currency} was paid: say how much goes back.`);
  const usualMinor = wanted.lineIds ? Math.min(priceOf(order, chosen), remainsMinor) : remainsMinor;
  const amountMinor = wanted.amountMinor ?? usualMinor;
  if (!Number.isSafeInteger(amountMinor) || amountMinor < 0 || (amountMinor === 0 && usualMinor > 0)) throw new RefundAmountError();
  if (amountMinor > remainsMinor) throw new OverRefundError(remainsMinor, order.currency, order.paidMinor);
  const lineIds = access === 'keep' ? [] : chosen;
  if (amountMinor === 0 && lineIds.length === 0) throw new NothingToRefundError(order.number);
  // Where nothing is left to take back, nobody need say of what.
  return { lineIds, amountMinor, access: lineIds.length === 0 ? 'keep' : access };
}

/** @throws {DuplicateLinesError | LineNotFoundError | AlreadyRefundedError} */
export function chosenLines(named: readonly string[] | undefined, { lines, living }: Pick<RefundableOrder, 'lines' | 'living'>): readonly string[] {
  if (!named) return lines.filter(({ id, status }) => status !== 'revoked' && !living.has(id)).map(({ id }) => id);
  const twice = named.filter((id, index) => named.indexOf(id) < index);
  if (twice.length > 0) throw new DuplicateLinesError([...new Set(twice)]);
  if (named.some((id) => !lines.some((line) => line.id === id))) throw new LineNotFoundError();
  const taken = named.filter((id) => living.has(id));
  if (taken.length > 0) throw new AlreadyRefundedError(taken);
  return named;
}

function priceOf({ lines }: RefundableOrder, lineIds: readonly string[]): number {
  return lines.filter(({ id }) => lineIds.includes(id)).reduce((sum, line) => sum + fullPriceMinor(line), 0);
}

export function fullPriceMinor({ unitPriceMinor, quantity }: Pick<LineSnapshot, 'quantity' | 'unitPriceMinor'>): number {
  return unitPriceMinor * quantity;
}
