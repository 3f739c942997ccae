import { jest } from '@jest/globals';
import { GatewayFailure, type Payment } from '#payments';
import { openPaidShop, type PaidShop } from '../support/paid-shop.js';

let shop: PaidShop;
beforeAll(async () => {
  shop = await openPaidShop();
});
afterAll(() => shop.close());
beforeEach(() => {
  shop.card.reset();
});

const AWAY = () => Promise.reject(new GatewayFailure('Service Unavailable', { kind: 'server', passing: true }));
const LASTING = () => Promise.reject(new GatewayFailure('Invalid API Key', { kind: 'configuration', passing: false }));

/** Has the scheduler read it back now. @returns how long it waits then, in seconds by the database's clock. */
async function turn({ id }: Payment): Promise<number> {
  await shop.sql(`update payment set next_check_at = now() where id = $1`, [id]);
  await shop.one.checks.perform({ id });
  const [row] = await shop.sql<{ wait: number }>(`select extract(epoch from next_check_at - updated_at)::float8 as wait from payment where id = $1`, [id]);
  return row?.wait ?? 0;
}

async function turns(payment: Payment, count: number): Promise<number[]> {
  const waits: number[] = [];
  for (let index = 0; index < count; index += 1) waits.push(await turn(payment));
  return waits;
}

/** Twice as long each time, of which half is chance. */
function expectGrowing(waits: readonly number[]): void {
  for (const [index, wait] of waits.entries()) {
    const longest = 5 * 2 ** (index + 1);
    expect(wait).toBeGreaterThanOrEqual(longest / 2);
    expect(wait).toBeLessThanOrEqual(longest);
  }
}

describe('a gateway that could not be asked for a payment', () => {
  it('is asked again later each time, and soon again once it had answered', async () => {
    const { payment } = await shop.started();
    shop.card.before = AWAY;
    expectGrowing(await turns(payment, 5));
    expect(await shop.one.ledger.byId(payment.id)).toMatchObject({ attempts: 5, failure: { kind: 'server' } });
    shop.card.reset();
    await turn(payment);
    expect(await shop.one.ledger.byId(payment.id)).toMatchObject({ attempts: 0, failure: null });
    shop.card.before = AWAY;
    expectGrowing(await turns(payment, 1));
  });

  it('is asked again later each time also where it tells that the buyer has agreed, and then does not take the money', async () => {
    const { payment } = await shop.started();
    shop.card.change(payment.id, { status: 'approved' });
    shop.card.before = (verb) => (verb === 'confirm' ? AWAY() : Promise.resolve());
    const take = jest.spyOn(shop.consequences, 'approved').mockImplementation(async (approved) => void (await shop.one.sync.confirm(approved, 'test')));
    try {
      expectGrowing(await turns(payment, 4));
    } finally {
      take.mockRestore();
    }
  });

  it('is asked twice an hour where that does not pass by itself', async () => {
    const { payment } = await shop.started();
    shop.card.before = LASTING;
    for (const wait of await turns(payment, 2)) expect([wait >= 900, wait <= 1_800]).toEqual([true, true]);
  });
});
