import { z } from 'zod';
import { apiUrlProblem } from '../gateway-calls/api-url.js';

/** It is sent in a header. */
const VISIBLE = /^[\x21-\x7e]+$/;
const MOST_SECRETS = 3;

const credential = (what: string) => z.string({ error: 'must be a text' }).regex(VISIBLE, `must be ${what}, without spaces`);

/** What an entry whose processor is `stripe` may be configured with: see `StripeProcessorModule`. */
export const StripeOptionsSchema = z.strictObject({
  secretKey: credential('a secret or restricted API key'),
  publishableKey: credential('a publishable API key'),
  webhookSecrets: z
    .array(credential('the signing secret of a webhook endpoint'), { error: 'must be a list of signing secrets' })
    .min(1, 'must have at least one signing secret')
    .max(MOST_SECRETS, `must have at most ${MOST_SECRETS} signing secrets`),
  apiUrl: z
    .string({ error: 'must be a URL' })
    .superRefine((url, context) => {
      const problem = apiUrlProblem(url);
      if (problem !== null) context.addIssue({ code: 'custom', message: problem });
    })
    .default('https://api.stripe.com'),
  statementDescriptor: z
    .string({ error: 'must be a text' })
    .regex(/^(?=.*[A-Za-z])[^<>\\'"*\p{Cc}]{2,22}$/u, 'must have 2 to 22 characters, a letter among them, and none of < > \\ \' " *')
    .optional(),
});

export type StripeOptions = Readonly<z.infer<typeof StripeOptionsSchema>>;
