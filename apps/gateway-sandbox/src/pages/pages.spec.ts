import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestGateway } from '../testing/gateway.fixture.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.stop());

const press = (path: string, fields: Record<string, string>, headers = {}) => gateway.ask(path, { method: 'POST', body: new URLSearchParams(fields).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });

describe('the page of a card payment', () => {
  const intent = async (description = 'Biology One') => {
    const { id, client_secret } = await gateway.stripe.paymentIntents.create({ amount: 4900, currency: 'usd', description });
    return { id, secret: client_secret ?? '' };
  };

  it('lets whoever has the secret pay, and sends him back', async () => {
    const { id, secret } = await intent();
    const page = await gateway.ask(`/pay/${id}?client_secret=${secret}&return_url=https://shop.example.com/back?x=1`);
    expect([page.status, page.text]).toEqual([200, expect.stringMatching(/49\.00 USD.*Biology One.*Pay with 3-D Secure/)]);
    expect((await gateway.ask(`/pay/${id}?client_secret=wrong`)).status).toBe(404);
    const back = await press(`/pay/${id}`, { client_secret: secret, return_url: 'https://shop.example.com/back?x=1', press: 'pay' });
    expect([back.status, back.headers.get('location')]).toEqual([303, `https://shop.example.com/back?x=1&payment_intent=${id}&payment_intent_client_secret=${secret}&redirect_status=succeeded`]);
    expect((await gateway.payment(id)).status).toBe('captured');
    expect((await press(`/pay/${id}`, { client_secret: secret, press: 'pay' })).status).toBe(409);
  });

  it('asks for 3-D Secure, and takes a no for a no', async () => {
    const { id, secret } = await intent();
    const asked = await press(`/pay/${id}`, { client_secret: secret, press: 'secure' });
    expect([asked.status, asked.text]).toEqual([200, expect.stringContaining('Complete authentication')]);
    await press(`/pay/${id}`, { client_secret: secret, press: 'fail' });
    expect(await gateway.payment(id)).toMatchObject({ status: 'unpaid', declines: 1 });
    expect((await press(`/pay/${id}`, { client_secret: secret, press: 'decline' })).text).toContain('Your card was declined.');
  });

  it('shows nothing as it came, and sends nobody to a script', async () => {
    const { id, secret } = await intent('<script>alert(1)</script>');
    const { text } = await gateway.ask(`/pay/${id}?client_secret=${secret}&return_url=${encodeURIComponent('"><script>')}`);
    expect([text.includes('<script>'), text.includes('&lt;script&gt;')]).toEqual([false, true]);
    expect((await press(`/pay/${id}`, { client_secret: secret, return_url: 'javascript:alert(1)', press: 'pay' })).status).toBe(200);
  });

  it('is pressed by no other page', async () => {
    const { id, secret } = await intent();
    const fields = { client_secret: secret, press: 'pay' };
    expect((await press(`/pay/${id}`, fields, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await press(`/pay/${id}`, fields, { origin: gateway.sandbox.gatewayUrl })).status).toBe(200);
  });
});

describe('the page of PayPal', () => {
  const order = async () => {
    const body = {
      intent: 'CAPTURE',
      purchase_units: [{ amount: { currency_code: 'USD', value: '49.00' }, description: 'Biology One' }],
      payment_source: { paypal: { experience_context: { return_url: 'https://shop.example.com/back', cancel_url: 'https://shop.example.com/away' } } },
    };
    const { json } = await gateway.ask('/v2/checkout/orders', { method: 'POST', body, headers: { authorization: `Bearer ${await gateway.paypalToken()}` } });
    const links = json['links'] as { rel: string; href: string }[];
    return { id: String(json['id']), page: links.find(({ rel }) => rel === 'payer-action')?.href.replace(gateway.sandbox.gatewayUrl, '') ?? '' };
  };

  it('is where the payer-action leads, and sends the buyer back when he approves', async () => {
    const { id, page } = await order();
    expect((await gateway.ask(page)).text).toMatch(/49\.00 USD.*Biology One.*Approve.*Cancel/);
    const back = await press('/checkoutnow', { token: id, press: 'approve' });
    expect([back.status, back.headers.get('location')]).toEqual([303, expect.stringMatching(new RegExp(`^https://shop.example.com/back\\?token=${id}&PayerID=\\w{13}$`))]);
    expect((await gateway.payment(id)).status).toBe('approved');
  });

  it('sends the buyer away when he cancels, and changes nothing', async () => {
    const { id } = await order();
    expect((await press('/checkoutnow', { token: id, press: 'cancel' })).headers.get('location')).toBe(`https://shop.example.com/away?token=${id}`);
    expect([(await gateway.payment(id)).status, (await press('/checkoutnow', { token: 'NOBODY', press: 'approve' })).status]).toEqual(['unpaid', 404]);
  });
});
