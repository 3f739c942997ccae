import { notYet, over } from '../availability.js';
import { NEWEST_ROLLOUT, ROLLOUT_COLUMNS, type RolloutRow } from './newest-rollout.js';
import type { OfferRow } from './offer-row.js';

/** What the SKUs `$1` offer, withdrawn ones too, with the newest rollout (`$2` see `ROLLOUT_COLUMNS`). Where none is known there is one row without a SKU. */
export const SKU_OFFERS = {
  name: 'catalog.sku_offers',
  text: `
with ${NEWEST_ROLLOUT}
select clock.at, o.*, ${ROLLOUT_COLUMNS}
  from (select now() as at) clock
  left join newest on true
  left join (
    select s.sku, s.price_minor, s.currency, s.available_from, s.available_until,
           ${notYet('s')} as not_yet, ${over('s')} as over, s.withdrawn_at is not null as withdrawn,
           p.product_type, p.title, p.details, p.course_id, p.mode, c.partner
      from sku s join product p on p.id = s.product_id left join course c on c.id = p.course_id
     where s.sku = any ((select $1::text[])::text[])
  ) o on true`,
};

interface Moment extends RolloutRow {
  readonly at: Date;
}

export interface SkuOfferRow extends Moment, OfferRow {
  readonly price_minor: string;
  readonly currency: string;
  readonly withdrawn: boolean;
  readonly title: string;
  readonly course_id: string | null;
  readonly mode: string | null;
  /** The course's. */
  readonly partner: string | null;
}

export interface NoOfferRow extends Moment {
  readonly sku: null;
}
