import { json, text, type Answer } from '../wire/answer.js';
import type { GatewayCall, Resource } from '../wire/dialect.js';
import { textAt } from '../wire/fields.js';
import type { SigningKey } from './certificate.js';
import { invalidRequest, notFoundResource } from './paypal.error.js';
import { AUTH_ALGORITHM, certificatePath, isSignedBy } from './paypal.signature.js';

const NEEDED = ['auth_algo', 'cert_url', 'transmission_id', 'transmission_sig', 'transmission_time', 'webhook_id'] as const;

/** What a shop needs to check a webhook: the certificate, and PayPal's own check. */
export function notificationResources(key: SigningKey, webhookId: string): readonly Resource[] {
  const certificate = ({ path }: GatewayCall): Answer => {
    if (path !== certificatePath(key)) throw notFoundResource(path);
    return text(200, key.certificatePem, 'application/x-pem-file');
  };
  const check = ({ body }: GatewayCall): Answer => {
    const missing = NEEDED.find((name) => textAt(body, name) === null);
    if (missing !== undefined) throw invalidRequest('MISSING_REQUIRED_PARAMETER', `/${missing}`);
    if (body['webhook_event'] === undefined) throw invalidRequest('MISSING_REQUIRED_PARAMETER', '/webhook_event');
    return json(200, { verification_status: isGenuine(body, key, webhookId) ? 'SUCCESS' : 'FAILURE' }, { kept: false });
  };
  return [
    { path: '/v1/notifications/certs/:name', operations: { GET: certificate } },
    { path: '/v1/notifications/verify-webhook-signature', operations: { POST: check } },
  ];
}

function isGenuine(body: Readonly<Record<string, unknown>>, key: SigningKey, webhookId: string): boolean {
  const transmission = { transmissionId: textAt(body, 'transmission_id') ?? '', time: textAt(body, 'transmission_time') ?? '', webhookId };
  const named = textAt(body, 'webhook_id') === webhookId && textAt(body, 'auth_algo') === AUTH_ALGORITHM && (textAt(body, 'cert_url') ?? '').endsWith(certificatePath(key));
  // The events of this sandbox are written by JSON.stringify, so this is what was signed.
  return named && isSignedBy(JSON.stringify(body['webhook_event']), key, transmission, textAt(body, 'transmission_sig') ?? '');
}
