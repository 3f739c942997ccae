import { refundsOf } from '../cashier/balance.js';
import { isFields, type Fields } from '../wire/fields.js';
import type { World } from '../world/world.js';
import { chargeView } from './charge.view.js';
import { intentView } from './intent.view.js';
import { disputeView, refundView } from './return.view.js';
import { early } from './stripe.params.js';

const DEEPEST = 4;

/** Puts whole objects where only their ids stand, along paths such as `latest_charge.refunds` and `data.latest_charge`. */
export class Expansion {
  constructor(private readonly world: World) {}

  /** @throws {StripeError} when a path leads nowhere. */
  expand(view: Fields, paths: readonly string[]): Fields {
    return paths.reduce((expanded, path) => this.along(expanded, path.split('.').slice(0, DEEPEST), path), view);
  }

  private along(view: Fields, [key = '', ...rest]: readonly string[], path: string): Fields {
    const held = this.wholeOf(view, key);
    if (held === undefined) throw early(`This property cannot be expanded (${path}).`, undefined, 'expand');
    if (Array.isArray(held)) return { ...view, [key]: held.map((item: unknown) => (isFields(item) && rest.length > 0 ? this.along(item, rest, path) : item)) };
    return { ...view, [key]: isFields(held) && rest.length > 0 ? this.along(held, rest, path) : held };
  }

  private wholeOf(view: Fields, key: string): unknown {
    const held = view[key];
    if (view['object'] === 'charge' && key === 'refunds') return this.refundList(String(view['id']), String(view['payment_intent']));
    if (held === null || Array.isArray(held) || isFields(held)) return held;
    return typeof held === 'string' ? this.objectOf(held) : undefined;
  }

  private objectOf(id: string): Fields | undefined {
    const { payments, refunds, disputes } = this.world;
    const payment = payments.get(id);
    if (payment !== undefined) return intentView(payment);
    const refund = refunds.get(id);
    const refunded = refund && payments.get(refund.paymentId);
    if (refund !== undefined && refunded !== undefined) return refundView(refunded, refund);
    const dispute = disputes.get(id);
    const disputed = dispute && payments.get(dispute.paymentId);
    if (dispute !== undefined && disputed !== undefined) return disputeView(disputed, dispute);
    const charged = payments.all().find(({ takings }) => takings.some((taking) => taking.id === id));
    const taking = charged?.takings.find((one) => one.id === id);
    return charged !== undefined && taking !== undefined ? chargeView(this.world, charged, taking) : undefined;
  }

  private refundList(chargeId: string, paymentId: string): Fields {
    const payment = this.world.payments.get(paymentId);
    const data = payment === undefined ? [] : refundsOf(this.world, payment).toReversed().map((refund) => refundView(payment, refund));
    return { object: 'list', data, has_more: false, url: `/v1/charges/${chargeId}/refunds` };
  }
}
