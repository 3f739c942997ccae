import type { ResubmissionFilter } from '#orders';
import type { Filter } from './resubmissions.schema.js';

/** A checked filter with its texts as what they mean. */
export function resubmissionFilter({ paidBefore, paidAfter, ...filter }: Filter): ResubmissionFilter {
  return { ...filter, paidBefore: instantOf(paidBefore), paidAfter: instantOf(paidAfter) };
}

function instantOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
