import { ConfigurationFailure, DeliveryFailure, UnknownOutcome } from '../failures.js';
import type { FulfillerManifest } from '../fulfiller-module.js';
import type { Delivered, Fulfiller, FulfillmentRequest, Receipt } from '../fulfiller.js';
import { retryAfterMs } from '../retry-after.js';
import { type FulfillerHarness, type StubCall, StubProvider } from './index.js';

export const API_KEY = 's3cret-api-key';
export const RECEIPT: Receipt = { reference: 'booked' };

const ACCEPTED = { reference: 'request 7', verifyAfterMs: 60_000, deadlineMs: 86_400_000 };
const SAYS: Readonly<Record<string, number>> = { booked: 200, accepted: 202 };

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | null;
}

export interface Booking {
  readonly hours: number;
}

export type Request = FulfillmentRequest<Booking>;
type Unanswered = Error & { cause?: { code?: string } };

/** The smallest fulfiller that keeps the contract. */
export class RightFulfiller implements Fulfiller<Booking> {
  constructor(
    readonly url: string,
    readonly timeoutMs: number,
  ) {}

  parseDetails(raw: unknown): Booking {
    if (typeof raw === 'object' && raw !== null && 'hours' in raw && typeof raw.hours === 'number') return { hours: raw.hours };
    throw new ConfigurationFailure('Wrong details of a booking', [{ pointer: '/hours', message: 'must be a number' }]);
  }

  async fulfill(request: Request): Promise<Delivered> {
    const answer = await this.call('PUT', request);
    if (answer.status === 202) return ACCEPTED;
    if (answer.status !== 200) throw this.refusal(answer);
    if (answer.text !== '"booked"') throw new UnknownOutcome({ kind: 'server', detail: 'The answer makes no sense.' });
    return RECEIPT;
  }

  async verify(request: Request): Promise<Receipt | null> {
    const answer = await this.call('GET', request);
    if (answer.status === 404 || answer.status === 202) return null;
    if (answer.text !== '"booked"') throw this.refusal(answer);
    return RECEIPT;
  }

  async revoke(request: Request): Promise<void> {
    const answer = await this.call('DELETE', request);
    if (answer.status !== 200 && answer.status !== 202 && answer.status !== 404) throw this.refusal(answer);
    if (answer.text.startsWith('<')) throw new UnknownOutcome({ kind: 'server', detail: 'The answer makes no sense.' });
  }

  refusal({ status, retryAfter, text }: Answer): DeliveryFailure {
    if (status === 429) return new DeliveryFailure({ kind: 'throttled', detail: 'Slow down.', passing: true, retryAfterMs: retryAfterMs(retryAfter) ?? 0 });
    if (status === 410) return new DeliveryFailure({ kind: 'rejected', detail: text, passing: false });
    return new DeliveryFailure({ kind: 'server', detail: 'Out of order.', passing: true, httpStatus: status });
  }

  keyOf({ idempotencyKey }: Request): string {
    return idempotencyKey;
  }

  async call(method: string, request: Request): Promise<Answer> {
    const { signal } = request;
    if (signal.aborted) throw new DeliveryFailure({ kind: 'network', detail: 'Not begun.', passing: true });
    try {
      return await this.exchange(method, this.keyOf(request), AbortSignal.any([signal, AbortSignal.timeout(this.timeoutMs)]));
    } catch (error) {
      throw this.unanswered(error as Unanswered);
    }
  }

  async exchange(method: string, key: string, signal: AbortSignal): Promise<Answer> {
    const response = await fetch(`${this.url}/${key}`, { method, signal, headers: { 'X-Api-Key': API_KEY } });
    return { status: response.status, text: await response.text(), retryAfter: response.headers.get('retry-after') };
  }

  unanswered({ name, cause }: Unanswered): DeliveryFailure {
    if (cause?.code === 'ECONNREFUSED') return new DeliveryFailure({ kind: 'network', detail: 'Refused.', passing: true });
    return new UnknownOutcome({ kind: name === 'TypeError' ? 'network' : 'timeout', detail: 'No answer.' });
  }
}

/** What a booking is at the provider: `booked`, `accepted`, or the words of a refusal. */
const bookings = new Map<string, string>();
const count = (state: string) => [...bookings.values()].filter((held) => held === state).length;
const replaceAccepted = (state: string) => bookings.forEach((held, path) => held === 'accepted' && bookings.set(path, state));

function answer({ method, path }: StubCall) {
  if (method === 'PUT' && !bookings.has(path)) bookings.set(path, 'booked');
  const held = bookings.get(path);
  if (method === 'DELETE') bookings.delete(path);
  return held === undefined ? { status: 404 } : { status: SAYS[held] ?? 410, body: held };
}

export const provider = new StubProvider({
  answer,
  deliveredCount: () => count('booked'),
  clear: () => bookings.clear(),
  acceptance: {
    accept(call) {
      if (call.method === 'PUT' && !bookings.has(call.path)) bookings.set(call.path, 'accepted');
      return answer(call);
    },
    acceptedCount: () => count('accepted'),
    finish: () => replaceAccepted('booked'),
    refuse: replaceAccepted,
  },
});

/** What a wrong fulfiller does in another way than the right one. */
export type Fault = (right: RightFulfiller) => Partial<RightFulfiller>;

const MANIFEST: FulfillerManifest = { name: 'booking', contractVersion: 1 };

export function harnessOf(fault: Fault = () => ({}), changes: Partial<FulfillerHarness> = {}): FulfillerHarness {
  return {
    manifest: MANIFEST,
    goodDetails: { hours: 2 },
    badDetails: [{ details: { hours: 'two' }, pointer: '/hours' }],
    secrets: [API_KEY],
    provider,
    create({ timeoutMs }) {
      const url = changes.provider === null ? '' : provider.url;
      const right = () => new RightFulfiller(url, timeoutMs);
      return Promise.resolve({ fulfiller: Object.assign(right(), fault(right())), close: () => Promise.resolve() });
    },
    ...changes,
  };
}
