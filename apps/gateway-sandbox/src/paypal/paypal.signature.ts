import { createHash, randomUUID, sign, verify } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { SigningKey } from './certificate.js';

export const AUTH_ALGORITHM = 'SHA256withRSA';
const CERTIFICATES = '/v1/notifications/certs';

/** Where the certificate is, on this sandbox. Another certificate has another address: clients may keep them for ever. */
export function certificatePath({ certificatePem }: SigningKey): string {
  return `${CERTIFICATES}/CERT-${createHash('sha256').update(certificatePem).digest('hex').slice(0, 24)}`;
}

export interface Transmission {
  readonly transmissionId: string;
  readonly time: string;
  readonly webhookId: string;
}

/** The headers of a webhook of PayPal's. */
export function paypalHeaders(body: string, key: SigningKey, { webhookId, selfUrl, at }: { webhookId: string; selfUrl: string; at: Date }): Record<string, string> {
  const transmission = { transmissionId: randomUUID(), time: `${at.toISOString().slice(0, 19)}Z`, webhookId };
  return {
    'content-type': 'application/json',
    'user-agent': 'PayPal/AUHD-1.0-1',
    'paypal-transmission-id': transmission.transmissionId,
    'paypal-transmission-time': transmission.time,
    'paypal-transmission-sig': sign('sha256', signed(body, transmission), key.privateKey).toString('base64'),
    'paypal-cert-url': `${selfUrl}${certificatePath(key)}`,
    'paypal-auth-algo': AUTH_ALGORITHM,
  };
}

export function isSignedBy(body: string, key: SigningKey, transmission: Transmission, signature: string): boolean {
  return verify('sha256', signed(body, transmission), key.publicKey, Buffer.from(signature, 'base64'));
}

function signed(body: string, { transmissionId, time, webhookId }: Transmission): Buffer {
  return Buffer.from(`${transmissionId}|${time}|${webhookId}|${crc32(body)}`);
}
