import type { GatewayRefund } from '#payments';
import { standingOf } from './our-standing.js';

const REFUND = { id: 'ours', reference: null, failedReferences: ['re_1'] };
const at = (reference: string, status: GatewayRefund['status'], refundId: string | null = 'ours'): GatewayRefund => ({ reference, refundId, amountMinor: 1, status, detail: status === 'failed' ? 'closed' : null });

describe('standingOf', () => {
  it.each<[string, GatewayRefund[], unknown]>([
    ['nothing there', [], { result: 'absent' }],
    ["somebody else's", [at('re_9', 'succeeded', 'theirs'), at('re_8', 'succeeded', null)], { result: 'absent' }],
    ['what is known to have failed', [at('re_1', 'failed')], { result: 'absent' }],
    ['an answer older than that failure', [at('re_1', 'succeeded')], { result: 'absent' }],
    ['one that was paid, beside one that failed', [at('re_2', 'failed'), at('re_3', 'succeeded')], { result: 'succeeded', reference: 're_3', amountMinor: 1 }],
    ['one under way, beside one that failed', [at('re_2', 'failed'), at('re_3', 'pending')], { result: 'pending', reference: 're_3', amountMinor: 1 }],
    ['a failure that is news', [at('re_1', 'failed'), at('re_2', 'failed')], { result: 'failed', references: ['re_2'], detail: 'closed' }],
  ])('reads %s', (_, refunds, expected) => {
    expect(standingOf(REFUND, refunds)).toEqual(expected);
  });

  it('knows ours by what the gateway calls it, where nothing else says so', () => {
    expect(standingOf({ ...REFUND, reference: 're_7' }, [at('re_7', 'succeeded', null)])).toEqual({ result: 'succeeded', reference: 're_7', amountMinor: 1 });
  });
});
