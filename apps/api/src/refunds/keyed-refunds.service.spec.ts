import { AlreadyRefundedError, type Refund, type RefundsService } from '#refunds';
import { IdempotencyKeyReusedError, RequestInProgressError, type IdempotencyRecords, type RepeatedRequest, type Runner, type StoredAnswer } from '#orders';
import { KeyedRefunds } from './keyed-refunds.service.js';

const REFUND = { number: 'RF-1', orderId: 'order' } as Refund;
const ANSWER = { status: 201, body: 'the first answer' };
const CALLER = { username: 'ann', email: null, isStaff: false, address: null };
const WANTED = { orderNumber: 'OF-1', reason: 'x' };
const keyed = (fingerprint = 'same') => ({ scope: { caller: 'ann', route: 'POST /v1/refunds', key: 'k' }, fingerprint, render: () => ANSWER });
const RUNNER = {} as Runner;

/** The key's record as the database would have it, and what asking for a refund comes to. `before`: what happens while it is asked for. */
function shop({ stored, refusal, before = () => undefined }: { stored?: { fingerprint: string; answer: StoredAnswer }; refusal?: Error; before?: (write: (answer: StoredAnswer) => void) => void }) {
  let record = stored;
  const asked: unknown[] = [];
  const records = {
    replay: ({ fingerprint }: RepeatedRequest) => (record && record.fingerprint !== fingerprint ? Promise.reject(new IdempotencyKeyReusedError()) : Promise.resolve(record?.answer)),
    writeAnswered: (_: Runner, { fingerprint }: { fingerprint: string }, orderId: string, answer: StoredAnswer) => {
      if (record) return Promise.reject(new RequestInProgressError(0));
      record = { fingerprint, answer: { ...answer, body: `${answer.body} to ${orderId}` } };
      return Promise.resolve();
    },
  } as unknown as IdempotencyRecords;
  const refunds = {
    request: async (wanted: unknown, by: unknown, alongside: (runner: Runner, refund: Refund) => Promise<void>) => {
      asked.push([wanted, by]);
      before((answer) => (record = { fingerprint: 'same', answer }));
      if (refusal) throw refusal;
      await alongside(RUNNER, REFUND);
      return REFUND;
    },
  } as unknown as RefundsService;
  return { service: new KeyedRefunds(refunds, records), asked, record: () => record };
}

describe('a refund under a key', () => {
  it('is asked for once, and its answer is written with it', async () => {
    const { service, asked, record } = shop({});
    expect(await service.request(WANTED, CALLER, keyed())).toEqual({ answer: ANSWER, replayed: false });
    expect([asked, record()?.answer.body]).toEqual([[[WANTED, { actor: 'ann', isStaff: false, learner: 'ann' }]], 'the first answer to order']);
  });

  it('of staff is of whatever order', async () => {
    const { service, asked } = shop({});
    await service.request(WANTED, { ...CALLER, username: 'olga', isStaff: true }, keyed());
    expect(asked).toEqual([[WANTED, { actor: 'olga', isStaff: true }]]);
  });

  it('that was answered is answered the same, and not asked for again', async () => {
    const { service, asked } = shop({ stored: { fingerprint: 'same', answer: ANSWER } });
    expect([await service.request(WANTED, CALLER, keyed()), asked]).toEqual([{ answer: ANSWER, replayed: true }, []]);
  });

  it('with another body is refused', async () => {
    const { service, asked } = shop({ stored: { fingerprint: 'other', answer: ANSWER } });
    await expect(service.request(WANTED, CALLER, keyed())).rejects.toThrow(IdempotencyKeyReusedError);
    expect(asked).toEqual([]);
  });

  it.each([
    ['finds its lines taken', new AlreadyRefundedError(['line'])],
    ['finds its key taken', undefined],
  ])('that comes second at the same moment is answered like the first: it %s', async (_, refusal) => {
    const { service } = shop({ ...(refusal ? { refusal } : {}), before: (write) => write(ANSWER) });
    expect(await service.request(WANTED, CALLER, keyed())).toEqual({ answer: ANSWER, replayed: true });
  });

  it('that is refused says why', async () => {
    await expect(shop({ refusal: new AlreadyRefundedError(['line']) }).service.request(WANTED, CALLER, keyed())).rejects.toThrow(AlreadyRefundedError);
  });
});
