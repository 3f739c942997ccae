import { Inject, Injectable } from '@nestjs/common';
import { SkuOfferReader, parameter, readReturnAddress, withParameters, type SkuOffer, type Unavailability, type Workflow } from '#catalog';
import type { LinkConfig } from '#config';
import { publicAnswer, type PublicAnswer } from '../caching/public-answer.js';
import { ProblemError, type ProblemCode, type ProblemDetail } from '../problems/problem.js';
import { workflowOfAll } from './basket-workflow.js';
import { LINKS, landingAddress } from './link.options.js';
import type { LinksQuery } from './links.schema.js';
import { SaleJudge } from './sale.judge.js';

type Refusal = ProblemDetail & { readonly code: ProblemCode };

const REASONS: Readonly<Record<Unavailability, string>> = { not_yet_sold: 'is not sold yet', no_longer_sold: 'is no longer sold', product_misconfigured: 'cannot be delivered until its product is repaired' };

/**
 * Makes links that are good: everything behind them can be bought together now, and they lead back to our own sites only. Of what the old
 * workflow sells, that one decides whether it can be bought: only what was withdrawn here is refused.
 */
@Injectable()
export class LinkMaker {
  constructor(
    private readonly offers: SkuOfferReader,
    private readonly judge: SaleJudge,
    @Inject(LINKS) private readonly links: LinkConfig,
  ) {}

  /** @throws {ProblemError} naming every SKU that cannot be bought, or the address that may not be returned to. */
  async link({ skus, next, campaign }: LinksQuery): Promise<PublicAnswer> {
    const nextUrl = next === undefined ? [] : [parameter('next', this.returnAddress(next))];
    const readAtMs = performance.now();
    const { offers, ...times } = await this.offers.find(skus, this.links.legacyCheckoutUrl !== null);
    const found = skus.flatMap((sku) => offers.get(sku) ?? []);
    const workflow = workflowOfAll(found);
    const [first, ...others] = [...skus.flatMap((sku) => this.refusal(sku, offers.get(sku), workflow)), ...(workflow === 'legacy' ? [] : mixedCurrencies(found))];
    if (first) throw new ProblemError(first.code, 'There is no such link: see errors.', [first, ...others]);
    const address = workflow === 'legacy' && this.links.legacyCheckoutUrl !== null ? this.links.legacyCheckoutUrl : landingAddress(this.links);
    const url = withParameters(address, [...skus.map((sku) => parameter('sku', sku)), ...campaign.map(([key, value]) => parameter(key, value)), ...nextUrl]);
    return publicAnswer({ url, workflow, items: found.map(itemOf) }, times, readAtMs);
  }

  private returnAddress(next: string): string {
    const address = readReturnAddress(next, this.links.siteOrigins);
    if (address !== null) return address;
    const detail = 'must be an absolute http or https URL of one of the sites that this service knows (SITE_ORIGINS)';
    throw new ProblemError('next_not_allowed', `The page to return to ${detail}.`, [{ parameter: 'next', detail }]);
  }

  private refusal(sku: string, offer: SkuOffer | undefined, workflow: Workflow): Refusal[] {
    if (!offer) return [{ parameter: 'sku', code: 'unknown_sku', detail: `There is no SKU "${sku}".` }];
    const code = offer.isWithdrawn ? 'no_longer_sold' : this.judge.reasonAgainst(offer, workflow);
    return code === null ? [] : [{ parameter: 'sku', code, detail: `SKU "${sku}" ${REASONS[code]}.` }];
  }
}

function mixedCurrencies(offers: readonly SkuOffer[]): Refusal[] {
  const currencies = [...new Set(offers.map(({ currency }) => currency))];
  if (currencies.length < 2) return [];
  const which = offers.map(({ sku, currency }) => `"${sku}" ${currency}`).join(', ');
  return [{ parameter: 'sku', code: 'mixed_currencies', detail: `One order has one currency; these SKUs have ${currencies.join(' and ')}: ${which}.` }];
}

function itemOf({ sku, title, mode, courseId, priceMinor, currency }: SkuOffer) {
  return { sku, title, mode, courseId, priceMinor, currency };
}
