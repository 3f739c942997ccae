import { z } from 'zod';
import { apiUrlProblem, pageUrlProblem } from '../gateway-calls/api-url.js';

const VISIBLE = /^[\x21-\x7e]+$/;
const HOST = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;
const ORDER_NUMBER = '{orderNumber}';
const CERTIFICATE_HOSTS = ['api.paypal.com', 'api.sandbox.paypal.com'];

const credential = (what: string) => z.string({ error: 'must be a text' }).regex(VISIBLE, `must be ${what}, without spaces`);

const url = (problemOf: (text: string) => string | null) =>
  z.string({ error: 'must be a URL' }).superRefine((text, context) => {
    const problem = problemOf(text);
    if (problem !== null) context.addIssue({ code: 'custom', message: problem });
  });

const page = url((text) => pageUrlProblem(text) ?? (text.includes(ORDER_NUMBER) ? null : `must hold ${ORDER_NUMBER}, for which the number of the order is put`));

/** What an entry whose processor is `paypal` may be configured with: see `PayPalProcessorModule`. */
export const PayPalOptionsSchema = z.strictObject({
  clientId: credential('the client ID of a REST app'),
  clientSecret: credential('the secret of a REST app'),
  webhookId: credential('the ID of a webhook of the REST app'),
  apiUrl: url(apiUrlProblem).default('https://api-m.paypal.com'),
  certHosts: z.array(z.string().regex(HOST, 'must be a host such as api.paypal.com'), { error: 'must be a list of hosts' }).max(10, 'must have at most 10 hosts').default(CERTIFICATE_HOSTS),
  returnUrl: page,
  cancelUrl: page,
  brandName: z.string({ error: 'must be a text' }).trim().min(1, 'must not be empty').max(127, 'must have at most 127 characters').optional(),
});

export type PayPalOptions = Readonly<z.infer<typeof PayPalOptionsSchema>>;

/** A page of ours, for one order. */
export function pageFor(url: string, orderNumber: string): string {
  return url.replaceAll(ORDER_NUMBER, encodeURIComponent(orderNumber));
}
