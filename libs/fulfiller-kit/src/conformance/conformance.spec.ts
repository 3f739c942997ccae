import { randomUUID } from 'node:crypto';
import { ConfigurationFailure, DeliveryFailure, UnknownOutcome } from '../failures.js';
import type { Fulfiller, FulfillmentRequest, Receipt } from '../fulfiller.js';
import * as suite from './index.js';
import type { Rule } from './rule.js';

const API_KEY = 's3cret-api-key';

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | null;
}

interface Booking {
  readonly hours: number;
}

/** The smallest fulfiller that keeps the contract. */
class RightFulfiller implements Fulfiller<Booking> {
  constructor(
    readonly url: string,
    readonly timeoutMs: number,
  ) {}

  parseDetails(raw: unknown): Booking {
    if (typeof raw === 'object' && raw !== null && 'hours' in raw && typeof raw.hours === 'number') return { hours: raw.hours };
    throw new ConfigurationFailure('Wrong details of a booking', [{ pointer: '/hours', message: 'must be a number' }]);
  }

  async fulfill(request: FulfillmentRequest<Booking>): Promise<Receipt> {
    const answer = await this.call('PUT', request);
    if (answer.status !== 200) throw this.refusal(answer);
    if (answer.text !== '"booked"') throw new UnknownOutcome({ kind: 'server', detail: 'The answer makes no sense.' });
    return { reference: 'booked' };
  }

  async verify(request: FulfillmentRequest<Booking>): Promise<Receipt | null> {
    const answer = await this.call('GET', request);
    if (answer.status === 404) return null;
    if (answer.text !== '"booked"') throw this.refusal(answer);
    return { reference: 'booked' };
  }

  async revoke(request: FulfillmentRequest<Booking>): Promise<void> {
    const answer = await this.call('DELETE', request);
    if (answer.status !== 200 && answer.status !== 404) throw this.refusal(answer);
    if (answer.text.startsWith('<')) throw new UnknownOutcome({ kind: 'server', detail: 'The answer makes no sense.' });
  }

  refusal({ status, retryAfter }: Answer): DeliveryFailure {
    if (status === 429) return new DeliveryFailure({ kind: 'throttled', detail: 'Slow down.', passing: true, retryAfterMs: Number(retryAfter) * 1_000 });
    return new DeliveryFailure({ kind: 'server', detail: 'Out of order.', passing: true, httpStatus: status });
  }

  async call(method: string, { idempotencyKey, signal }: FulfillmentRequest<Booking>): Promise<Answer> {
    if (signal.aborted) throw new DeliveryFailure({ kind: 'network', detail: 'Not begun.', passing: true });
    try {
      return await this.exchange(method, idempotencyKey, AbortSignal.any([signal, AbortSignal.timeout(this.timeoutMs)]));
    } catch (error) {
      throw this.unanswered(error as Error & { cause?: { code?: string } });
    }
  }

  async exchange(method: string, key: string, signal: AbortSignal): Promise<Answer> {
    const response = await fetch(`${this.url}/${key}`, { method, signal, headers: { 'X-Api-Key': API_KEY } });
    return { status: response.status, text: await response.text(), retryAfter: response.headers.get('retry-after') };
  }

  unanswered({ name, cause }: Error & { cause?: { code?: string } }): DeliveryFailure {
    if (cause?.code === 'ECONNREFUSED') return new DeliveryFailure({ kind: 'network', detail: 'Refused.', passing: true });
    return new UnknownOutcome({ kind: name === 'TypeError' ? 'network' : 'timeout', detail: 'No answer.' });
  }
}

/** What a wrong fulfiller does in another way than the right one. */
type Fault = (right: RightFulfiller) => Partial<RightFulfiller>;

const bookings = new Set<string>();
const provider = new suite.StubProvider({
  answer({ method, path }) {
    if (method === 'PUT') bookings.add(path);
    const isBooked = bookings.has(path);
    if (method === 'DELETE') bookings.delete(path);
    return isBooked ? { status: 200, body: 'booked' } : { status: 404 };
  },
  deliveredCount: () => bookings.size,
  clear: () => bookings.clear(),
});

function harnessOf(fault: Fault): suite.FulfillerHarness {
  return {
    goodDetails: { hours: 2 },
    badDetails: [{ details: { hours: 'two' }, pointer: '/hours' }],
    secrets: [API_KEY],
    provider,
    create({ timeoutMs }) {
      const right = () => new RightFulfiller(provider.url, timeoutMs);
      return Promise.resolve({ fulfiller: Object.assign(right(), fault(right())), close: () => Promise.resolve() });
    },
  };
}

suite.describeFulfiller('a right fulfiller', harnessOf(() => ({})));

const RECEIPT = { reference: 'booked' };
const NEVER_ABORTS = new AbortController().signal;

const WRONG: readonly (readonly [what: string, rule: Rule, fault: Fault])[] = [
  ['reads details that do not survive storage', suite.acceptsGoodDetails, (right) => ({ parseDetails: (raw) => Object.assign(right.parseDetails(raw), { readAt: new Date() }) })],
  ['accepts bad details', suite.refusesBadDetails, () => ({ parseDetails: () => ({ hours: 0 }) })],
  ['blames another field', suite.refusesBadDetails, (right) => ({ parseDetails: (raw) => (JSON.stringify(raw).includes('two') ? fail(new ConfigurationFailure('Bad.')) : right.parseDetails(raw)) })],
  ['stumbles over null', suite.refusesWhatIsNoDetails, () => ({ parseDetails: (raw) => ({ hours: (raw as Booking).hours }) })],
  ['returns nothing', suite.deliversWithReceipt, (right) => ({ fulfill: (request) => right.fulfill(request).then(() => undefined as unknown as Receipt) })],
  ['says that it delivered and did not', suite.deliversWithReceipt, () => ({ fulfill: () => Promise.resolve(RECEIPT) })],
  ['delivers twice', suite.secondCallIsHarmless, (right) => ({ exchange: (method, _key, signal) => right.exchange(method, randomUUID(), signal) })],
  ['takes nothing back', suite.revokesTwice, () => ({ revoke: () => Promise.resolve() })],
  ['cannot take back what is not there', suite.revokesWhatWasNeverDelivered, (right) => ({ revoke: async (request) => void ((await right.verify(request)) ?? fail(new ConfigurationFailure('Nothing there.'))) })],
  ['finds everything', suite.verifyTellsWhatIsThere, () => ({ verify: () => Promise.resolve(RECEIPT) })],
  ['finds nothing after a crash', suite.findsWhatACrashLeft, () => ({ verify: () => Promise.resolve(null) })],
  ['takes an outage for absence', suite.verifyNeverTakesAFaultForAbsence, (right) => ({ verify: (request) => right.verify(request).catch(() => null) })],
  ['takes an outage for a revocation', suite.revokeReportsAFault, (right) => ({ revoke: (request) => right.revoke(request).catch(() => undefined) })],
  ['gives up in an outage', suite.reportsAnOutage, () => ({ refusal: () => new DeliveryFailure({ kind: 'rejected', detail: 'No.', passing: false }) })],
  ['throws a string', suite.reportsAnOutage, (right) => ({ fulfill: (request) => right.fulfill(request).catch((error: unknown) => fail(String(error))) })],
  ['repeats by itself', suite.repeatsNothingByItself, (right) => ({ fulfill: (request) => right.fulfill(request).catch(() => right.fulfill(request)) })],
  ['forgets how long to wait', suite.reportsThrottling, (right) => ({ refusal: (answer) => right.refusal({ ...answer, retryAfter: null }) })],
  ['takes a time-out for a failure', suite.reportsATimeoutBeforeDelivery, () => ({ unanswered: () => new DeliveryFailure({ kind: 'timeout', detail: 'Late.', passing: true }) })],
  ['takes a time-out for a failure, though it delivered', suite.reportsATimeoutAfterDelivery, () => ({ unanswered: () => new DeliveryFailure({ kind: 'timeout', detail: 'Late.', passing: true }) })],
  ['takes a reset for a time-out', suite.reportsAResetBeforeDelivery, () => ({ unanswered: () => new UnknownOutcome({ kind: 'timeout', detail: 'Late.' }) })],
  ['cannot find what a reset left', suite.reportsAResetAfterDelivery, () => ({ verify: () => Promise.resolve(null) })],
  ['takes garbage for a receipt', suite.reportsGarbage, (right) => ({ fulfill: (request) => right.call('PUT', request).then(() => RECEIPT) })],
  ['waits for every drop', suite.boundsASlowDrip, (right) => ({ exchange: (method, key) => right.exchange(method, key, NEVER_ABORTS) })],
  ['never knows whether a call left', suite.reportsARefusedConnection, () => ({ unanswered: () => new UnknownOutcome({ kind: 'network', detail: 'No answer.' }) })],
  ['calls after the end', suite.callsNobodyWhenAborted, (right) => ({ call: (method, request) => right.call(method, { ...request, signal: NEVER_ABORTS }) })],
  ['does not stop', suite.stopsWhenAborted, (right) => ({ call: (method, request) => right.call(method, { ...request, signal: NEVER_ABORTS }) })],
  ['hands on what it was told', suite.failuresShowNoSecret, () => ({ refusal: ({ text }) => new DeliveryFailure({ kind: 'server', detail: text, passing: true }) })],
  ['hangs its request on its failures', suite.failuresShowNoSecret, () => ({ unanswered: () => new UnknownOutcome({ kind: 'network', detail: 'No answer.', cause: { headers: { 'X-Api-Key': API_KEY } } }) })],
];

describe('the suite catches a fulfiller that', () => {
  beforeAll(() => provider.start());
  afterAll(() => provider.stop());

  it.each(WRONG)('%s', async (_, rule, fault) => {
    await expect(rule(harnessOf(fault))).rejects.toThrow();
  }, 30_000);

  it('has a wrong fulfiller for every rule', () => {
    const rules = Object.entries(suite).filter(([name, value]) => typeof value === 'function' && /^[a-z]/.test(name) && name !== 'describeFulfiller');
    const uncaught = rules.filter(([, rule]) => !WRONG.some(([, broken]) => broken === rule)).map(([name]) => name);
    expect(uncaught).toEqual([]);
  });
});

function fail(thrown: unknown): never {
  throw thrown;
}
