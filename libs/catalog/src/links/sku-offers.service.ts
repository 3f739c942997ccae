import { Injectable } from '@nestjs/common';
import { CatalogDatabase } from '../catalog.database.js';
import { workflowOf } from '../rollout/workflow.js';
import { isSku } from '../sku.js';
import { NewestRollout } from './newest-rollout.js';
import type { SkuOffer, SkuOffers } from './offer.js';
import { nextChangeAt, offerOf, type Circumstances } from './offer-row.js';
import { SKU_OFFERS, type NoOfferRow, type SkuOfferRow } from './sku-offer.statement.js';

/** What SKUs offer now, for links to them. */
@Injectable()
export class SkuOfferReader {
  private readonly rollout = new NewestRollout();

  constructor(private readonly database: CatalogDatabase) {}

  /**
   * Looks SKUs up, all in one statement, past every cache. What is unknown, or cannot be a SKU at all, is not in the answer.
   *
   * @param hasLegacy whether there is an old workflow that courses can be left to.
   */
  async find(skus: readonly string[], hasLegacy: boolean): Promise<SkuOffers> {
    const { rows, rollout } = await this.rollout.readWith((known) => this.database.prepared<SkuOfferRow | NoOfferRow>(SKU_OFFERS, [skus.filter(isSku), known]));
    const at = rows[0]?.at;
    if (!at) throw new Error('The statement that reads offers gave no row.');
    const offers = rows.flatMap((row) => (row.sku === null ? [] : [skuOfferOf(row, { at, rollout, hasLegacy })]));
    return { offers: new Map(offers.map((offer) => [offer.sku, offer])), at, changesAt: nextChangeAt(offers, { at, rollout, hasLegacy }) };
  }
}

function skuOfferOf(row: SkuOfferRow, { at, rollout, hasLegacy }: Circumstances): SkuOffer {
  const { title, course_id: courseId, mode, partner, currency, withdrawn: isWithdrawn } = row;
  const workflow = courseId === null || partner === null ? 'commerce' : workflowOf({ id: courseId, partner }, rollout, hasLegacy, at);
  return { ...offerOf(row), title, courseId, mode, priceMinor: Number(row.price_minor), currency, isWithdrawn, workflow };
}
