import { type BypassProcessor, BypassRefusedError, type BypassRequest } from '../contract/bypass-processor.js';

/** For staff alone, whatever the total: somebody owes the money, and his reference says who. */
export class InvoiceProcessor implements BypassProcessor {
  settle({ isStaff, reference }: BypassRequest): { readonly reference: string; readonly owed: boolean } {
    if (!isStaff) throw new BypassRefusedError('staff_only_processor', 'processor', 'Only staff may sell by invoice.');
    if (reference !== null && reference.trim() !== '') return { reference, owed: true };
    throw new BypassRefusedError('reference_required', 'reference', 'An invoice needs a reference, such as the number of a purchase order.');
  }
}
