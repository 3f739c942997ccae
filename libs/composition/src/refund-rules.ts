import type { AutoApprovalSettings, RefundSettings } from '#config';
import type { RefundFacts, RefundRules } from '#refunds';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The rules of refunds as their file has them. */
export function refundRules({ requestWindowDays, autoApprove }: RefundSettings): RefundRules {
  return {
    requestWindowMs: requestWindowDays * DAY_MS,
    autoApprove: (facts) => autoApprove.find((rule) => approves(rule, facts))?.name ?? null,
  };
}

/** What a rule leaves out it does not ask for; all that it names must hold. */
function approves({ requestedBy, withinDays, upTo, productTypes }: AutoApprovalSettings, facts: RefundFacts): boolean {
  if (requestedBy !== 'any' && requestedBy !== facts.requestedBy) return false;
  if (withinDays !== undefined && facts.sincePaidMs > withinDays * DAY_MS) return false;
  if (upTo && !isWithin(upTo, facts)) return false;
  return !productTypes || (facts.productTypes.length > 0 && facts.productTypes.every((type) => productTypes.includes(type)));
}

/** Together with what is gone, or on its way: else an order could be returned in many small parts without anybody. */
function isWithin(upTo: Readonly<Record<string, number>>, { amountMinor, returnedBeforeMinor, currency }: RefundFacts): boolean {
  const most = Object.hasOwn(upTo, currency) ? upTo[currency] : undefined;
  return most !== undefined && amountMinor + returnedBeforeMinor <= most;
}
