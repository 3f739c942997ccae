import { createHmac } from 'node:crypto';

/** The headers of a webhook of Stripe's: one `v1` for each secret, as while a secret is rolled. */
export function stripeHeaders(body: string, secrets: readonly string[], at: Date): Record<string, string> {
  const t = Math.floor(at.getTime() / 1000);
  const signatures = secrets.map((secret) => `v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`);
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    'stripe-signature': [`t=${t}`, ...signatures].join(','),
  };
}
