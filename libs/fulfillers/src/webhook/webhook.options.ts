import { isIP } from 'node:net';
import { LONGEST_DEADLINE_MS, LONGEST_VERIFY_MS, SHORTEST_VERIFY_MS, isWebhookSecret } from '@order-fulfillment/fulfiller-kit';
import { z } from 'zod';
import { EgressGuard } from './egress-guard.js';
import { isNetwork } from './networks.js';

const SECOND_MS = 1_000;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;

const waitMs = (longestMs: number) =>
  z.int({ error: 'must be a whole number of milliseconds' }).min(SHORTEST_VERIFY_MS, `must be at least ${SHORTEST_VERIFY_MS}`).max(longestMs, `must be at most ${longestMs / DAY_MS} days in milliseconds`);

/** What a URL can be judged by, although other options or single networks are wrong. */
const LegibleSchema = z.object({ url: z.string(), allowedNetworks: z.array(z.string().catch('')).catch([]) });

const OptionsSchema = z
  .strictObject({
    url: z.string({ error: 'must be the URL of the endpoint' }).max(2_000, 'must have at most 2000 characters'),
    secret: z.string({ error: 'must be a text' }).refine(isWebhookSecret, 'must be whsec_ and the base64 of 24 to 64 bytes'),
    requiredDetails: z.array(z.string({ error: 'must be the name of a detail' }).min(1, 'must not be empty'), { error: 'must be a list of names' }).default([]),
    allowedNetworks: z.array(z.string({ error: 'must be a network such as 10.1.0.0/16' }).refine(isNetwork, 'must be a network such as 10.1.0.0/16'), { error: 'must be a list of networks such as 10.1.0.0/16' }).default([]),
    verifyAfterMs: waitMs(LONGEST_VERIFY_MS).default(60 * SECOND_MS),
    deadlineMs: waitMs(LONGEST_DEADLINE_MS).default(7 * DAY_MS),
  })
  .superRefine(
    (options, context) => {
      const refuse = (name: keyof typeof options, message: string) => context.addIssue({ code: 'custom', path: [name], message });
      const { data: legible } = LegibleSchema.safeParse(options);
      const wrongUrl = legible ? urlProblem(legible) : null;
      if (wrongUrl !== null) refuse('url', wrongUrl);
      if (options.deadlineMs < options.verifyAfterMs) refuse('deadlineMs', 'must be at least verifyAfterMs');
    },
    // Also where a single option is wrong already: an operator is told of all of them at once.
    { when: ({ value }) => typeof value === 'object' && value !== null },
  );

/** As the schema reads them. Public to the operator, save the secret. */
export type WebhookOptions = Readonly<z.infer<typeof OptionsSchema>>;

/** What a product type that is delivered by a webhook may be configured with: see `WebhookFulfillerModule`. */
export const WebhookOptionsSchema = OptionsSchema;

/** The rules for what this endpoint may be: without TLS it must lie in a network that the operator names. */
export function guardOf({ url, allowedNetworks }: Pick<WebhookOptions, 'url' | 'allowedNetworks'>): EgressGuard {
  return new EgressGuard({ allowedNetworks, onlyAllowed: new URL(url).protocol === 'http:' });
}

/** What is wrong with a URL, without the URL. A URL writes every form of an IPv4 address (0x7f.1, 2130706433) in the usual one. */
function urlProblem({ url: text, allowedNetworks }: Pick<WebhookOptions, 'url' | 'allowedNetworks'>): string | null {
  const url = URL.parse(text);
  if (url === null || !['https:', 'http:'].includes(url.protocol)) return 'must be an https URL';
  if (url.username !== '' || url.password !== '') return 'must not hold a user or a password: the secret signs every call';
  if (url.hash !== '') return 'must not have a fragment';
  if (url.protocol === 'http:' && allowedNetworks.length === 0) return 'must be an https URL; http is for hosts in allowedNetworks only';
  const host = hostOf(url);
  if (isIP(host) === 0 || guardOf({ url: text, allowedNetworks: allowedNetworks.filter(isNetwork) }).permits(host)) return null;
  return `must not name ${host}, ${url.protocol === 'http:' ? 'which is not in allowedNetworks' : 'which is not public: name its network in allowedNetworks if you mean it'}`;
}

/** A URL writes IPv6 addresses in brackets. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}
