import type { GatewayDispute, GatewayRefund } from '#payments';
import type { Refund } from '../refund.js';
import { isWhole, outsideFacts } from './gateway-facts.js';

const RULES = { outsideRefunds: 'revoke', disputes: 'keep' } as const;
const refund = (change: Partial<GatewayRefund> = {}): GatewayRefund => ({ reference: 're_1', refundId: null, amountMinor: 10, status: 'succeeded', detail: null, ...change });
const dispute = (status: GatewayDispute['status']): GatewayDispute => ({ reference: 'dp_1', amountMinor: 10, status });
const known = (change: Partial<Refund>) => ({ id: 'ours', origin: 'request', status: 'approved', reference: null, failedReferences: [], ...change }) as Refund;

describe('outsideFacts', () => {
  it('are what none of our refunds is', () => {
    expect(outsideFacts({ refunds: [refund({ refundId: 'ours' })], disputes: [] }, [known({})], RULES)).toEqual([]);
    expect(outsideFacts({ refunds: [refund()], disputes: [] }, [known({ reference: 're_1' })], RULES)).toEqual([]);
    expect(outsideFacts({ refunds: [refund({ refundId: 'ours' })], disputes: [] }, [known({ status: 'denied' })], RULES)).toMatchObject([{ origin: 'gateway', rule: 'revoke', isBack: false }]);
  });

  it('are not what failed of ours, even where an old answer says otherwise', () => {
    const failed = known({ status: 'denied', failedReferences: ['re_1'] });
    for (const status of ['failed', 'succeeded'] as const) expect(outsideFacts({ refunds: [refund({ refundId: 'ours', status })], disputes: [] }, [failed], RULES)).toEqual([]);
  });

  it('follow the rule of their kind, and ask where the processor is gone', () => {
    const state = { refunds: [refund()], disputes: [dispute('open')] };
    expect(outsideFacts(state, [], RULES).map(({ rule }) => rule)).toEqual(['revoke', 'keep']);
    expect(outsideFacts(state, []).map(({ rule }) => rule)).toEqual(['ask', 'ask']);
  });

  it('say when the money is ours again', () => {
    const isBack = (state: { refunds: GatewayRefund[]; disputes: GatewayDispute[] }) => outsideFacts(state, [], RULES).map((fact) => fact.isBack);
    expect(isBack({ refunds: [refund({ status: 'failed' }), refund({ status: 'pending' })], disputes: [dispute('won')] })).toEqual([true, false, true]);
    expect(isBack({ refunds: [], disputes: [dispute('lost')] })).toEqual([false]);
  });
});

describe('isWhole', () => {
  it.each([
    [100, 0, true],
    [99, 0, false],
    [60, 40, true],
    [100, 40, true],
  ])('of 100, %i after %i: %p', (amountMinor, before, expected) => {
    expect(isWhole({ capturedMinor: 100 }, { amountMinor }, before)).toBe(expected);
  });
});
