import type { SigningKey } from '../paypal/certificate.js';
import { paypalHeaders } from '../paypal/paypal.signature.js';
import { stripeHeaders } from '../stripe/stripe.signature.js';
import type { WebhookEvent } from '../world/records.js';

/** Where webhooks go, and what they are signed with. The control API changes it; a restart forgets that. */
export interface WebhookConfig {
  stripeUrl: string | null;
  paypalUrl: string | null;
  /** Every one signs: two while a secret is rolled. */
  stripeSecrets: readonly string[];
  /** How long to wait before each further try; after the last one an event is given up. */
  retryDelaysMs: readonly number[];
}

export interface TargetParts {
  readonly config: WebhookConfig;
  readonly key: SigningKey;
  readonly webhookId: string;
  readonly selfUrl: () => string;
}

/** What goes wrong with a delivery on purpose. `stale`: signed ten minutes ago. */
export type Spoiling = 'wrong_signature' | 'stale' | 'no_signature' | 'truncated';

export interface Posting {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const STALE_MS = 600_000;
const SIGNATURES = ['stripe-signature', 'paypal-transmission-sig'];

/** An event as it is posted, signed now; null where there is no address for it. */
export function postingOf({ gateway, body }: WebhookEvent, parts: TargetParts, spoiling?: Spoiling): Posting | null {
  const { config, key, webhookId, selfUrl } = parts;
  const url = gateway === 'stripe' ? config.stripeUrl : config.paypalUrl;
  if (url === null) return null;
  const at = new Date(Date.now() - (spoiling === 'stale' ? STALE_MS : 0));
  const signedBody = spoiling === 'wrong_signature' ? `${body} ` : body;
  const headers = gateway === 'stripe' ? stripeHeaders(signedBody, config.stripeSecrets, at) : paypalHeaders(signedBody, key, { webhookId, selfUrl: selfUrl(), at });
  const sent = spoiling === 'truncated' ? body.slice(0, Math.floor(body.length / 2)) : body;
  return { url, body: sent, headers: spoiling === 'no_signature' ? unsigned(headers) : headers };
}

function unsigned(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !SIGNATURES.includes(name)));
}
