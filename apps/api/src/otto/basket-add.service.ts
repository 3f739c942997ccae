import { Inject, Injectable } from '@nestjs/common';
import { SkuOfferReader, parameter, withParameters, type SkuOffer } from '#catalog';
import type { LinkConfig } from '#config';
import { workflowOfAll } from '../links/basket-workflow.js';
import { LINKS } from '../links/link.options.js';
import { MOST_SKUS } from '../links/links.schema.js';
import { SaleJudge } from '../links/sale.judge.js';
import { ProblemError } from '../problems/problem.js';
import { carriedParameters, legacyParameters, skusOf, type QueryParameters } from './basket-add.query.js';

/** Where a learner who follows a link is sent, or the sentence that says why he is not. */
export type Landing = { readonly url: string } | { readonly refusal: string };

/** Receives the links that were made for the service before this one, and those of this one, whoever sells what they name by now. */
@Injectable()
export class BasketAdd {
  constructor(
    private readonly offers: SkuOfferReader,
    private readonly judge: SaleJudge,
    @Inject(LINKS) private readonly links: LinkConfig,
  ) {}

  /** Reads the catalog and the rollout as they are now. @throws {ProblemError} `no_checkout_page` while there is nowhere to send anybody. */
  async land(query: QueryParameters): Promise<Landing> {
    const skus = skusOf(query);
    if (skus.length === 0) return { refusal: 'No SKUs provided.' };
    if (skus.length > MOST_SKUS) return { refusal: `At most ${MOST_SKUS} SKUs (sku) in one request.` };
    const { offers } = await this.offers.find(skus, this.links.legacyCheckoutUrl !== null);
    const known = skus.flatMap((sku) => offers.get(sku) ?? []);
    if (this.belongsToLegacy(known) && this.links.legacyCheckoutUrl !== null) return { url: withParameters(this.links.legacyCheckoutUrl, legacyParameters(query, this.links.siteOrigins)) };
    if (known.length === 0) return { refusal: `Products with SKU(s) [${skus.map(printable).join(', ')}] do not exist.` };
    const sold = known.filter((offer) => this.judge.reasonAgainst(offer, 'commerce') === null);
    if (sold.length === 0) return { refusal: 'No product is available to buy.' };
    const currencies = [...new Set(sold.map(({ currency }) => currency))];
    if (currencies.length > 1) return { refusal: `These products have prices in ${currencies.join(' and ')}, and one order has one currency: buy them one after the other.` };
    return { url: this.checkoutUrl(sold, query) };
  }

  /** Of a link that names nothing that is known here, the course has not been moved yet. */
  private belongsToLegacy(known: readonly SkuOffer[]): boolean {
    return known.length === 0 || workflowOfAll(known) === 'legacy';
  }

  private checkoutUrl(sold: readonly SkuOffer[], query: QueryParameters): string {
    const { checkoutPageUrl, siteOrigins } = this.links;
    if (checkoutPageUrl === null) throw new ProblemError('no_checkout_page', 'Learners cannot be sent anywhere: set CHECKOUT_PAGE_URL to the page that sells.');
    return withParameters(checkoutPageUrl, [...sold.map(({ sku }) => parameter('sku', sku)), ...carriedParameters(query, siteOrigins)]);
  }
}

/** What is repeated in an answer holds nothing that a terminal or a log would obey. */
function printable(sku: string): string {
  return sku.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?');
}
