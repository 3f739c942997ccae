import type { Refusal } from '#limits';
import type { Quote } from '#catalog';
import { FulfillerRegistry, type WiredProductType } from '#fulfillment';
import { BypassRefusedError, ProcessorRegistry, type BypassRequest, type PaymentProcessor } from '#payments';
import { ConfigurationFailure } from '@order-fulfillment/fulfiller-kit';

/** For specs: a seat that is on sale for 49.00 USD, or what is changed of it. Its product is named after its SKU. */
export function quote(change: Partial<Quote> = {}): Quote {
  const { sku = 'SEAT' } = change;
  return {
    sku,
    productId: `product-of-${sku}`,
    productType: 'seat',
    title: `The title of ${sku}`,
    details: { courseId: 'course-v1:AcmeX+BIO1+2026', mode: 'verified' },
    unitPriceMinor: 4_900,
    currency: 'USD',
    availableFrom: null,
    availableUntil: null,
    availability: 'available',
    ...change,
  };
}

/** For specs: a catalog's answer. */
export function quoted(...quotes: readonly Quote[]): Map<string, Quote> {
  return new Map(quotes.map((each) => [each.sku, each]));
}

/** For specs: `seat` is sold once and needs a `courseId`, `donation` is sold again and in numbers, `broken` has a bug. */
export function shopRegistry(): FulfillerRegistry {
  return new FulfillerRegistry(
    new Map([
      ['seat', productType({ maxQuantity: 1, repeatable: false }, needsCourse)],
      ['donation', productType({ maxQuantity: 1_000, repeatable: true }, (raw) => raw)],
      ['broken', productType({ maxQuantity: 1, repeatable: false }, failsByBug)],
    ]),
  );
}

function productType(terms: Pick<WiredProductType, 'maxQuantity' | 'repeatable'>, parseDetails: (raw: unknown) => unknown): WiredProductType {
  const notSold = () => Promise.reject(new Error('Nothing is delivered while a basket is priced.'));
  return { ...terms, timeoutMs: 1_000, dependency: 'lms', callbackSecrets: [], capabilities: { revoke: true, asynchronous: false, sharedAccess: true }, fulfiller: { parseDetails, fulfill: notSold, verify: notSold, revoke: notSold } };
}

function needsCourse(raw: unknown): unknown {
  if (typeof raw === 'object' && raw !== null && 'courseId' in raw) return raw;
  throw new ConfigurationFailure('Wrong details of a seat: /courseId is missing', [{ pointer: '/courseId', message: 'is missing' }]);
}

function failsByBug(): never {
  throw new TypeError('A bug of the fulfiller');
}

/** For specs: `free` and `invoice` as they are, and `card`, a gateway that nobody may call while an order is placed. */
export function shopProcessors(): ProcessorRegistry {
  const alike = { timeoutMs: 1_000, rules: { latePayments: 'park', outsideRefunds: 'ask', disputes: 'ask' } } as const;
  return new ProcessorRegistry([
    { ...alike, name: 'free', kind: 'bypass', bypass: { settle: free } },
    { ...alike, name: 'invoice', kind: 'bypass', bypass: { settle: invoice } },
    { ...alike, name: 'card', kind: 'gateway', gateway: {} as PaymentProcessor },
  ]);
}

function free({ totalMinor, reference }: BypassRequest) {
  if (totalMinor !== 0) throw new BypassRefusedError('payment_required', 'processor', 'The total is not zero, so it cannot be free.');
  return { reference, owed: false };
}

function invoice({ isStaff, reference }: BypassRequest) {
  if (!isStaff) throw new BypassRefusedError('staff_only_processor', 'processor', 'Only staff may sell by invoice.');
  if (reference === null) throw new BypassRefusedError('reference_required', 'reference', 'An invoice needs a reference, such as the number of a purchase order.');
  return { reference, owed: true };
}

/** A gate that refuses these product types, and remembers what leave was given back. */
export class FakeGate {
  readonly givenBack: string[] = [];

  constructor(private readonly refusals: Readonly<Record<string, Refusal>> = {}) {}

  async withLeave<Result>(types: readonly string[], _traffic: string, work: (refusals: readonly (Refusal | null)[]) => Promise<Result | undefined>): Promise<Result | undefined> {
    const refusals = types.map((type) => this.refusals[type] ?? null);
    const result = await work(refusals);
    if (result === undefined) this.givenBack.push(...types.filter((_, index) => !refusals[index]));
    return result;
  }
}
