import { Metrics } from '#observability';
import type { ParkedPayments } from '#payments';
import type { RefundReader } from '#refunds';
import { RefundQuestion, refundReporter } from './refunds.modules.js';

const figures = { byStatus: { requested: 2, money_error: 1 }, oldestMoneyMs: 1_500, oldestAccessMs: null };

it('what is counted of refunds: each status that is not over, each half, and what is parked by each cause', async () => {
  const metrics = new Metrics('api');
  const refunds = { figures: () => Promise.resolve(figures) } as Pick<RefundReader, 'figures'> as RefundReader;
  const parked = { figures: () => Promise.resolve({ byCause: { order_expired: 3 }, toDecide: 1 }) } as unknown as ParkedPayments;
  new RefundQuestion(metrics, refunds, parked).onModuleInit();
  const lines = (await metrics.text()).split('\n').filter((line) => /^(refunds|payments)_/.test(line));
  expect(lines).toEqual([
    'refunds_open{status="requested",service="api"} 2',
    'refunds_open{status="approved",service="api"} 0',
    'refunds_open{status="money_error",service="api"} 1',
    'refunds_open{status="money_returned",service="api"} 0',
    'refunds_open{status="access_error",service="api"} 0',
    'refunds_oldest_open_seconds{half="money",service="api"} 1.5',
    'refunds_oldest_open_seconds{half="access",service="api"} 0',
    'payments_parked{cause="order_expired",service="api"} 3',
  ]);
});

it('money that goes back, and refunds that bounce, are counted by processor; what else happens, and what no payment had, is not', () => {
  const counted: string[] = [];
  const report = refundReporter({ refundReturned: (processor) => void counted.push(`returned ${processor}`), refundBounced: (processor) => void counted.push(`bounced ${processor}`) });
  for (const event of ['requestRefund', 'returnRefundMoney', 'bounceRefund', 'completeRefund']) for (const processor of ['card', null]) report({ event, processor });
  expect(counted).toEqual(['returned card', 'bounced card']);
});
