import { type BypassProcessor, BypassRefusedError, type BypassRequest } from '../contract/bypass-processor.js';

/** For orders that cost nothing, for whoever buys. A reference is kept where one is given. */
export class FreeProcessor implements BypassProcessor {
  settle({ totalMinor, reference }: BypassRequest): { readonly reference: string | null; readonly owed: boolean } {
    if (totalMinor !== 0) throw new BypassRefusedError('payment_required', 'processor', 'The total is not zero, so it cannot be free.');
    return { reference, owed: false };
  }
}
