import { X509Certificate } from 'node:crypto';
import { GatewayFailure } from '../contract/gateway-failure.js';
import { WebhookRefusedError } from '../contract/webhook-event.js';
import { GatewayCall } from '../gateway-calls/gateway.call.js';
import type { GatewayHttp } from '../gateway-calls/gateway.http.js';
import { unansweredFailure } from '../gateway-calls/gateway.refusal.js';
import { unlessOver } from '../gateway-calls/unless-over.js';
import type { PayPalOptions } from './paypal.options.js';

/** PayPal signs with one or two at a time. Whoever posts names the certificate: he shall not fill our memory. */
const MOST_KEPT = 8;
const PATH = /^(\/[\w-]+)*\/certs\/[\w-][\w.-]*$/;

/** The certificates by which PayPal signs. Each is fetched once, from hosts that the operator trusts. */
export class PayPalCertificates {
  private readonly kept = new Map<string, X509Certificate>();
  private readonly pending = new Map<string, Promise<X509Certificate>>();

  constructor(
    private readonly http: GatewayHttp,
    private readonly options: PayPalOptions,
    private readonly timeoutMs: number,
  ) {}

  /** @throws {WebhookRefusedError} it is none that PayPal signs with. @throws {GatewayFailure} it could not be had, which passes. */
  async at(text: string, signal: AbortSignal): Promise<X509Certificate> {
    const url = URL.parse(text);
    if (url === null || !this.isTrusted(url)) throw new WebhookRefusedError('signature_wrong', 'PAYPAL-CERT-URL is not where PayPal keeps its certificates.');
    const { href } = url;
    const kept = this.kept.get(href);
    if (kept) return kept;
    const pending = this.pending.get(href) ?? this.fetch(href).finally(() => this.pending.delete(href));
    this.pending.set(href, pending);
    return unlessOver(pending, signal, () => new GatewayFailure('The certificate of PayPal did not come in time.', { kind: 'timeout', passing: true }));
  }

  private isTrusted({ protocol, host, hostname, port, pathname, search, hash, username, password }: URL): boolean {
    const api = new URL(this.options.apiUrl);
    const isApi = protocol === api.protocol && host === api.host;
    const isListed = protocol === 'https:' && port === '' && this.options.certHosts.includes(hostname);
    return (isApi || isListed) && PATH.test(pathname) && [search, hash, username, password].every((part) => part === '');
  }

  /** On behalf of all who wait, so that no single delivery's time bounds it. */
  private async fetch(url: string): Promise<X509Certificate> {
    const call = new GatewayCall(new AbortController().signal, this.timeoutMs);
    const asked = { gateway: "PayPal's store of certificates", changes: false, call };
    const request = { method: 'GET', url, headers: { Accept: '*/*' } };
    const { status, text } = await this.http.exchange(request, call.signal).catch((error: unknown) => Promise.reject(unansweredFailure(error, asked) as Error));
    if (status === 404 || status === 410) throw new WebhookRefusedError('signature_wrong', 'There is no such certificate of PayPal.');
    const certificate = status === 200 ? certificateIn(text) : null;
    if (certificate === null) throw new GatewayFailure(`${asked.gateway} answered ${status} without a certificate.`, { kind: 'server', passing: true, httpStatus: status });
    this.keep(url, certificate);
    return certificate;
  }

  private keep(url: string, certificate: X509Certificate): void {
    const [oldest] = this.kept.keys();
    if (this.kept.size >= MOST_KEPT && oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(url, certificate);
  }
}

function certificateIn(text: string): X509Certificate | null {
  try {
    return new X509Certificate(text);
  } catch {
    return null;
  }
}
