import { ask } from '../support/api-client.js';
import { openShop, type Shop } from '../support/shop.js';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
}, 60_000);
afterAll(() => shop.close());

/** The address that the LMS is told when a learner buys through this API and says that he comes from 203.0.113.9. */
async function addressToldBy(url: string): Promise<string | null | undefined> {
  const { username, token } = await shop.learner();
  await ask(url, 'POST', '/v1/checkout', { token, body: { items: [{ sku: 'FREE_VERIFIED' }] }, headers: { 'x-forwarded-for': '203.0.113.9' } });
  return (await shop.lms.control.ledger({ user: username, method: 'POST' }))[0]?.forwardedFor;
}

describe('the address by which the LMS judges embargoes', () => {
  it('is the one of the connection: nobody is believed who says that he comes from elsewhere', async () => {
    expect(await addressToldBy(shop.api.url)).toBe('127.0.0.1');
  });

  it('is what a proxy says that is named as trusted', async () => {
    const api = await shop.startApi({ TRUSTED_PROXIES: '127.0.0.0/8' });
    expect(await addressToldBy(api.url)).toBe('203.0.113.9');
    await api.stop();
  });

  it("is not told for a learner to whom staff sell: the staff's own address is not his", async () => {
    const { username } = await shop.learner();
    await shop.sell(username, ['BIO_VERIFIED']);
    expect((await shop.lms.control.ledger({ user: username, method: 'POST' }))[0]?.forwardedFor).toBeNull();
  });
});
