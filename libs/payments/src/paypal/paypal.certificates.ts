import { X509Certificate } from 'node:crypto';
import { GatewayFailure } from '../contract/gateway-failure.js';
import { WebhookRefusedError } from '../contract/webhook-event.js';
import { GatewayCall } from '../gateway-calls/gateway.call.js';
import type { GatewayHttp } from '../gateway-calls/gateway.http.js';
import { unansweredFailure } from '../gateway-calls/gateway.refusal.js';
import { unlessOver } from '../gateway-calls/unless-over.js';
import { FetchAllowance } from './fetch-allowance.js';
import type { PayPalOptions } from './paypal.options.js';

/** PayPal signs with one or two at a time. Whoever posts names the certificate: he shall not fill our memory. */
const MOST_KEPT = 8;
const MOST_MISSES = 50;
const MINUTE_MS = 60_000;
/** One that is not there is not asked for again so soon. */
const MISS_MS = 5 * MINUTE_MS;
/** Nor shall he have us call PayPal as often as he likes. What is refused meanwhile PayPal sends again, and the read-back finds what it tells of. */
const FETCHES_A_MINUTE = 6;
const PATH = /^\/v1\/notifications\/certs\/CERT-[\w-]{1,100}$/;
/** A stand-in may keep its own elsewhere. */
const API_PATH = /^(\/[\w-]+)*\/certs\/CERT-[\w-]{1,100}$/;

/** The certificates by which PayPal signs. Each is fetched once, from hosts that the operator trusts, whoever and how many name it at once. */
export class PayPalCertificates {
  private readonly kept = new Map<string, X509Certificate>();
  private readonly pending = new Map<string, Promise<X509Certificate>>();
  /** Until when, by the clock. */
  private readonly misses = new Map<string, number>();
  private readonly allowance: FetchAllowance;

  constructor(
    private readonly http: GatewayHttp,
    private readonly options: PayPalOptions,
    private readonly timeoutMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.allowance = new FetchAllowance(FETCHES_A_MINUTE, MINUTE_MS, now);
  }

  /** @throws {WebhookRefusedError} it is none that PayPal signs with. @throws {GatewayFailure} it could not be had, or not so soon again, which passes. */
  async at(text: string, signal: AbortSignal): Promise<X509Certificate> {
    const url = URL.parse(text);
    if (url === null || !this.isTrusted(url)) throw new WebhookRefusedError('signature_wrong', 'PAYPAL-CERT-URL is not where PayPal keeps its certificates.');
    const { href } = url;
    const kept = this.kept.get(href);
    if (kept) return kept;
    if ((this.misses.get(href) ?? 0) > this.now()) throw none();
    const pending = this.pending.get(href) ?? this.fetch(href).finally(() => this.pending.delete(href));
    this.pending.set(href, pending);
    return unlessOver(pending, signal, () => new GatewayFailure('The certificate of PayPal did not come in time.', { kind: 'timeout', passing: true }));
  }

  private isTrusted({ protocol, host, hostname, port, pathname, search, hash, username, password }: URL): boolean {
    const api = new URL(this.options.apiUrl);
    const isApi = protocol === api.protocol && host === api.host;
    const isListed = protocol === 'https:' && port === '' && this.options.certHosts.includes(hostname);
    return ((isApi && API_PATH.test(pathname)) || (isListed && PATH.test(pathname))) && [search, hash, username, password].every((part) => part === '');
  }

  /** On behalf of all who wait, so that no single delivery's time bounds it. */
  private async fetch(url: string): Promise<X509Certificate> {
    this.allowance.take('Certificates of PayPal are fetched');
    const call = new GatewayCall(new AbortController().signal, this.timeoutMs);
    const asked = { gateway: "PayPal's store of certificates", changes: false, call };
    const request = { method: 'GET', url, headers: { Accept: '*/*' } };
    const { status, text } = await this.http.exchange(request, call.signal).catch((error: unknown) => Promise.reject(unansweredFailure(error, asked) as Error));
    if (status === 404 || status === 410) throw this.missed(url);
    const certificate = status === 200 ? certificateIn(text) : null;
    if (certificate === null) throw new GatewayFailure(`${asked.gateway} answered ${status} without a certificate.`, { kind: 'server', passing: true, httpStatus: status });
    this.keep(url, certificate);
    return certificate;
  }

  private missed(url: string): WebhookRefusedError {
    bounded(this.misses, MOST_MISSES).set(url, this.now() + MISS_MS);
    return none();
  }

  private keep(url: string, certificate: X509Certificate): void {
    bounded(this.kept, MOST_KEPT).set(url, certificate);
  }
}

/** With room for one more. */
function bounded<Value>(map: Map<string, Value>, most: number): Map<string, Value> {
  const [oldest] = map.keys();
  if (map.size >= most && oldest !== undefined) map.delete(oldest);
  return map;
}

function none(): WebhookRefusedError {
  return new WebhookRefusedError('signature_wrong', 'There is no such certificate of PayPal.');
}

function certificateIn(text: string): X509Certificate | null {
  try {
    return new X509Certificate(text);
  } catch {
    return null;
  }
}
