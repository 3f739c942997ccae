import { AssertionError } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { GatewayFailure, type GatewayFailureFacts } from '../contract/gateway-failure.js';
import type { GatewayPayment, GatewayRefund } from '../contract/gateway-payment.js';
import type { PaymentProcessor, PaymentRequest, StartedPayment } from '../contract/payment-processor.js';
import type { ProcessorManifest } from '../contract/processor-module.js';
import type { WebhookDelivery } from '../contract/webhook-event.js';
import { WebhookRefusedError } from '../contract/webhook-event.js';
import StripeProcessorModule from '../stripe/index.js';
import { StubStripe } from '../stripe/stub-stripe.js';
import { type ProcessorHarness, type ProcessorSettings, RULES, StubGateway, describePaymentProcessor } from './index.js';

const MINUTE_MS = 60_000;
const SECRET_KEY = 'sk_test_rightKey';
const [RIGHT, OTHER] = ['whsec_right', 'whsec_other'] as const;
const service = new StubStripe(RIGHT);
const gateway = new StubGateway(service);
const { manifest } = StripeProcessorModule;
const goodOptions = { secretKey: SECRET_KEY, publishableKey: 'pk_test_right', webhookSecrets: [RIGHT] };

/** What one of them does otherwise than a right one. */
type Fault = (right: PaymentProcessor, settings: ProcessorSettings) => Partial<PaymentProcessor>;
const NONE: Fault = () => ({});

function harnessOf(fault: Fault, changes: Partial<ProcessorHarness> = {}): ProcessorHarness {
  return {
    manifest,
    goodOptions,
    badOptions: [{ path: 'secretKey', options: { ...goodOptions, secretKey: 'two words' } }],
    secrets: [SECRET_KEY, RIGHT, '_secret_'],
    unpayable: [{ amountMinor: 5_124, currency: 'KWD' }],
    gateway,
    webhookAge: { believedMs: 4 * MINUTE_MS, staleMs: 6 * MINUTE_MS, futureMs: 6 * MINUTE_MS },
    rotates: true,
    create: async (settings) => {
      const { right, close } = await rightProcessor(settings);
      return { processor: { ...boundTo(right), ...fault(boundTo(right), settings) }, close };
    },
    ...changes,
  };
}

async function rightProcessor({ timeoutMs, trusts }: ProcessorSettings) {
  const token = Symbol('stripe');
  const webhookSecrets = { 'the stand-in': [RIGHT], both: [OTHER, RIGHT], another: [OTHER] }[trusts];
  const options = manifest.options.parse({ ...goodOptions, webhookSecrets, apiUrl: gateway.url });
  const app = await Test.createTestingModule({ imports: [StripeProcessorModule.register({ token, name: 'stripe', options, timeoutMs })] }).compile();
  return { right: app.get<PaymentProcessor>(token, { strict: false }), close: () => app.close() };
}

function boundTo(right: PaymentProcessor): PaymentProcessor {
  return {
    start: (request) => right.start(request),
    confirm: (payment) => right.confirm(payment),
    verify: (payment) => right.verify(payment),
    cancel: (payment) => right.cancel(payment),
    refund: (payment, refund) => right.refund(payment, refund),
    parseWebhook: (delivery) => right.parseWebhook(delivery),
    list: (window) => right.list(window),
  };
}

describePaymentProcessor('a right processor', harnessOf(NONE));

const NEVER_ABORTS = new AbortController().signal;
const IMPATIENT: Partial<ProcessorHarness> = { patienceMs: 1_000 };
const PAID = (request: PaymentRequest): GatewayPayment => ({ ...state(request), status: 'captured', capturedMinor: request.amountMinor });
const REFUNDED: GatewayRefund = { reference: 're_0', refundId: null, amountMinor: 0, status: 'succeeded', detail: null };

function state({ paymentId, orderNumber, amountMinor, currency }: PaymentRequest): GatewayPayment {
  return { reference: 'pi_0', captureReference: null, status: 'unpaid', amountMinor, capturedMinor: 0, currency, paymentId, orderNumber, declined: null, refunds: [], disputes: [] };
}

/** Tells its failures otherwise. */
const telling = (changes: GatewayFailureFacts | Partial<GatewayFailureFacts>): Fault => (right) => ({
  start: (request) => right.start(request).catch((error: unknown) => fail(told(error, changes))),
  verify: (payment) => right.verify(payment).catch((error: unknown) => fail(told(error, changes))),
});
/** Says that it went well where it failed. */
const hopeful: Fault = (right) => ({ start: (request) => right.start(request).catch(() => ({ payment: state(request), action: null })) });
const changingState = (changes: (payment: GatewayPayment) => Partial<GatewayPayment>): Fault => (right) => ({
  verify: async (payment) => right.verify(payment).then((found) => found && { ...found, ...changes(found) }),
});
const believing = (whys: readonly WebhookRefusedError['why'][]): Fault => (right) => ({
  parseWebhook: (delivery) => right.parseWebhook(delivery).catch((error: unknown) => (error instanceof WebhookRefusedError && whys.includes(error.why) ? { eventId: 'evt', type: 'x', subject: null } : fail(error))),
});
const manifestWith = (changes: Partial<ProcessorManifest>): Partial<ProcessorHarness> => ({ manifest: { ...manifest, ...changes } });
const deaf = <Call extends { readonly signal: AbortSignal }>(call: Call): Call => ({ ...call, signal: NEVER_ABORTS });

type Wrong = readonly [what: string, says: RegExp, fault: Fault, harness?: Partial<ProcessorHarness>];

/** By the title of the rule that catches it: what is wrong, and what the rule says of it. */
const WRONG: Readonly<Record<string, readonly Wrong[]>> = {
  'says of itself what the core needs to know': [
    ['was written for the next contract', /contract version 2; this service speaks 1/, NONE, manifestWith({ contractVersion: 2 as 1 })],
    ['has a name that is none', /a name that is none/, NONE, manifestWith({ name: 'The Gateway' })],
    ['takes no money', /for processors of gateways/, NONE, manifestWith({ kind: 'bypass' })],
  ],
  'takes good options': [
    ['refuses its own options', /Refused the good options/, NONE, { goodOptions: {} }],
    ['misspells its secret option', /secretOptions names secretkey/, NONE, manifestWith({ secretOptions: ['secretkey'] })],
  ],
  'refuses bad and unknown options and names them': [
    ['lets a misspelt option pass', /refused by its name: use a strict schema/, NONE, manifestWith({ options: z.object({ secretKey: z.string() }) })],
    ['accepts bad options', /which are no good/, NONE, manifestWith({ options: z.strictObject({ secretKey: z.string(), publishableKey: z.string(), webhookSecrets: z.any() }) })],
    ['shows a secret that is wrong', /shows what is secret/, NONE, manifestWith({ options: z.strictObject({ secretKey: z.string().refine((key) => !key.includes(' '), { error: ({ input }) => `no key: ${String(input)}` }), publishableKey: z.string(), webhookSecrets: z.any() }) })],
  ],
  'gives one reference for one payment, however often it is started': [
    ['has a key of its own for each call', /must give the same reference/, (right) => ({ start: (request) => right.start({ ...request, paymentId: randomUUID() }) })],
  ],
  'has the gateway write down whose payment it is': [
    ['does not read what is written', /verify does not say whose/, changingState(() => ({ orderNumber: null }))],
    ['says nothing of the order', /start does not say whose/, (right) => ({ start: (request) => right.start({ ...request, orderNumber: '' }) })],
  ],
  'asks for, takes and returns exactly what it was told': [
    ['takes yen for cents', /4900 JPY was asked for as 490000 JPY/, (right) => ({ start: (request) => right.start({ ...request, amountMinor: request.amountMinor * (request.currency === 'JPY' ? 100 : 1) }) })],
    ['asks for dollars only', /4900 JPY was asked for as 4900 USD/, (right) => ({ start: (request) => right.start({ ...request, currency: 'USD' }) })],
    ['returns too little', /4900 USD was to be returned, and 4899 was/, (right) => ({ refund: (payment, refund) => right.refund(payment, { ...refund, amountMinor: Math.max(1, refund.amountMinor - 1) }) })],
  ],
  'refuses what the gateway cannot express': [
    ['rounds', /start succeeded/, (right) => ({ start: (request) => right.start({ ...request, amountMinor: Math.round(request.amountMinor / 10) * 10 }) })],
    ['calls that a refusal', /a lasting failure of the configuration/, telling({ kind: 'rejected' })],
  ],
  'tells the buyer what to do': [
    ['leaves the buyer alone', /must say what the buyer has to do/, (right) => ({ start: (request) => right.start(request).then(({ payment }) => ({ payment, action: null })) })],
    ['sends the buyer into a script', /must be sent to a page/, (right) => ({ start: (request) => right.start(request).then(({ payment }) => ({ payment, action: { type: 'redirect', url: 'javascript:pay()' } })) })],
  ],
  'starts again without harm after the money was taken': [
    ['believes an old answer', /another start says unpaid/, (right) => ({ start: (request) => right.start(request).then(({ payment, action }) => ({ payment: { ...payment, status: 'unpaid' }, action })) })],
  ],
  'makes nothing where the reference of the payment is known': [
    ['trusts its idempotency key', /Read back the first/, (right) => ({ start: (payment) => right.start({ ...payment, reference: null }) })],
    ['sends its buyer nowhere the second time', /its buyer the same to do/, (right) => ({ start: async (payment) => ({ ...(await right.start(payment)), ...(payment.reference !== null && { action: null }) }) })],
  ],
  'knows nothing of a payment that the gateway does not know': [
    ['finds everything', /verify must answer null/, (right) => ({ verify: async (payment) => (await right.verify(payment)) ?? PAID(payment) })],
    ['fails where there is nothing', /verify must answer null/, (right) => ({ verify: async (payment) => (await right.verify(payment)) ?? fail(new GatewayFailure('No.', { kind: 'rejected', passing: false })) })],
  ],
  'takes the money once, however often it is confirmed': [
    ['fails when the money was taken', /confirm failed, although the gateway behaves/, (right) => ({ confirm: async (payment) => ((await right.verify(payment))?.status === 'captured' ? fail(new GatewayFailure('Taken.', { kind: 'rejected', passing: false })) : right.confirm(payment)) })],
    ['never looks', /confirm must take the money/, () => ({ confirm: (payment) => Promise.resolve({ ...state(payment), reference: payment.reference ?? '' }) })],
  ],
  'reads back what was taken': [
    ['reads what was asked for', /does not say what the gateway took/, changingState(() => ({ capturedMinor: 0 }))],
    ['sees nothing', /verify found nothing/, () => ({ verify: () => Promise.resolve(null) })],
  ],
  'takes nothing that the buyer has not agreed to': [
    ['agrees for the buyer', /the payment is unpaid/, (right) => ({ confirm: (payment) => (service.agree(payment.reference ?? ''), right.confirm(payment)) })],
  ],
  'tells that the buyer was declined': [
    ['takes a decline for a failure', /confirm failed/, (right) => ({ confirm: (payment) => right.confirm(payment).then((found) => (found.declined === null ? found : fail(new GatewayFailure('Declined.', { kind: 'rejected', passing: false })))) })],
    ['keeps to itself why', /must say why/, (right) => ({ confirm: (payment) => right.confirm(payment).then((found) => ({ ...found, declined: null })) })],
  ],
  'lets nobody pay what was canceled': [
    ['says so and does nothing', /no buyer may pay it any more/, () => ({ cancel: (payment) => Promise.resolve({ ...state(payment), reference: payment.reference ?? '', status: 'canceled' }) })],
    ['cancels once', /cancel failed/, (right) => ({ cancel: async (payment) => ((await right.verify(payment))?.status === 'canceled' ? fail(new GatewayFailure('Canceled.', { kind: 'rejected', passing: false })) : right.cancel(payment)) })],
  ],
  'says when it is too late to cancel': [
    ['does not see that money was taken', /cancel must say so/, (right) => ({ cancel: (payment) => right.cancel(payment).then((found) => ({ ...found, status: 'canceled', capturedMinor: 0 })) })],
  ],
  'returns money once for one key': [
    ['has a key of its own for each call', /One key has two refunds/, (right) => ({ refund: (payment, refund) => right.refund(payment, { ...refund, key: randomUUID(), refundId: randomUUID() }) })],
  ],
  'returns no more than was taken': [
    ['takes a refusal for a success', /refund succeeded/, (right) => ({ refund: (payment, refund) => right.refund(payment, refund).catch(() => REFUNDED) })],
    ['tries for ever', /a lasting failure, rejected/, (right) => ({ refund: (payment, refund) => right.refund(payment, refund).catch((error: unknown) => fail(told(error, { passing: true }))) })],
  ],
  'returns nothing that was not taken': [
    ['returns what it never had', /refund succeeded/, () => ({ refund: () => Promise.resolve(REFUNDED) })],
  ],
  'finds its refunds, and those of others': [
    ['finds its own only', /made in the console/, changingState(({ refunds }) => ({ refunds: refunds.filter(({ refundId }) => refundId !== null) }))],
    ['does not know its own', /does not find our refund/, changingState(({ refunds }) => ({ refunds: refunds.map((refund) => ({ ...refund, refundId: null })) }))],
  ],
  'lists what was taken in a window': [
    ['lists one page', /0 are listed/, () => ({ list: () => listing([]) })],
    ['lists without end', /earlier window/, (right) => ({ list: (window) => right.list({ ...window, since: new Date(0), until: new Date(Date.now() + MINUTE_MS) }) })],
    ['forgets what was returned', /does not say what was taken/, (right) => ({ list: (window) => mapped(right.list(window), (payment) => ({ ...payment, refundedMinor: 0 })) })],
  ],
  'believes what the gateway has signed, and says which payment it is about': [
    ['does not say which', /its subject is null/, (right) => ({ parseWebhook: (delivery) => right.parseWebhook(delivery).then((event) => ({ ...event, subject: null })) })],
    ['counts deliveries', /the same identifier/, (right) => ({ parseWebhook: (delivery) => right.parseWebhook(delivery).then((event) => ({ ...event, eventId: randomUUID() })) })],
  ],
  'believes a delivery that is late': [
    ['is impatient', /refused what the gateway has signed/, (right) => ({ parseWebhook: (delivery) => right.parseWebhook({ ...delivery, nowMs: delivery.nowMs + 2 * MINUTE_MS }) })],
  ],
  'believes a second secret while they are changed': [
    ['knows one secret', /refused what the gateway has signed/, NONE, { create: (settings) => harnessOf(NONE).create({ ...settings, trusts: settings.trusts === 'both' ? 'another' : settings.trusts }) }],
  ],
  'refuses what is not signed': [['needs no signature', /believed a delivery without a signature/, believing(['signature_missing'])]],
  'refuses what somebody else has signed': [['does not look at the signature', /believed a delivery that somebody else has signed/, believing(['signature_wrong'])]],
  'refuses other bytes than those that were signed': [
    ['signs what it has parsed', /with other bytes/, (right) => ({ parseWebhook: (delivery) => right.parseWebhook({ ...delivery, body: Buffer.from(delivery.body.toString().trim()) }) })],
  ],
  'refuses what is too old': [
    ['has no clock', /believed a delivery that is too old/, believing(['signature_stale'])],
    ['does not say why', /as unreadable, expected signature_stale/, (right) => ({ parseWebhook: (delivery) => right.parseWebhook(delivery).catch(() => fail(new WebhookRefusedError('unreadable', 'No.'))) })],
  ],
  'refuses what comes from the future': [['looks back only', /from the future/, (right) => ({ parseWebhook: (delivery) => right.parseWebhook(ofNow(delivery)) })]],
  'refuses nonsense in the place of a signature': [
    ['stumbles', /throw a WebhookRefusedError/, (right) => ({ parseWebhook: (delivery) => right.parseWebhook(delivery).catch((error: unknown) => fail(new TypeError(String(error)))) })],
  ],
  'shows no secret in what it reads or in a failure': [
    ['hands on its key', /The failure of start \(unavailable\).* shows a secret: sk_test/, telling({ kind: 'server' }), { create: (settings) => harnessOf((right) => ({ start: (request) => right.start(request).catch(() => fail(new GatewayFailure(`No, ${SECRET_KEY}.`, { kind: 'server', passing: true }))) })).create(settings) }],
    ['shows the secret of the buyer', /What was read of a payment shows a secret/, changingState(({ reference }) => ({ declined: `${reference}_secret_stub` }))],
  ],
  'writes no secret to the log': [['logs its key', /The log shows a secret/, (right) => ({ start: (request) => (console.log(SECRET_KEY), right.start(request)) })]],
  'reports a refused connection as a call that never left': [['never knows whether a call left', /mayHaveArrived true, expected false/, telling({ mayHaveArrived: true })]],
  'calls nobody when the signal has aborted': [['calls after the end', /verify succeeded/, (right) => ({ verify: (payment: StartedPayment) => right.verify(deaf(payment)) })]],
  'ends when the signal aborts': [['does not end', /start never settled/, (right) => ({ start: (request) => right.start(deaf(request)) }), IMPATIENT]],
  'sends a failed call once': [['repeats by itself', /One start sent 2 calls/, (right) => ({ start: (request) => right.start(request).catch(() => right.start(request)) })]],
  'says of a failed read-back what failed, not that nothing is there': [['takes an outage for absence', /verify succeeded/, (right) => ({ verify: (payment) => right.verify(payment).catch(() => null) })]],
  'reports 503 as a passing failure that may have arrived': [
    ['gives up in an outage', /passing false, expected true/, telling({ passing: false })],
    ['throws a string', /start threw 'out of order': throw a GatewayFailure/, (right) => ({ start: (request) => right.start(request).catch(() => fail('out of order')) })],
  ],
  'reports 429 with the wait that was asked for': [['does not wait', /retryAfterMs null, expected 7000/, telling({ retryAfterMs: null })]],
  'reports 401 as a failure of the configuration': [['hopes', /kind 'server', expected 'configuration'/, telling({ kind: 'server' })]],
  'reports a time-out before the deed as unknown': [['takes a time-out for a failure', /mayHaveArrived false, expected true/, telling({ mayHaveArrived: false })]],
  'reports a time-out after the deed as unknown': [['takes a time-out for a failure', /mayHaveArrived false, expected true/, telling({ mayHaveArrived: false })]],
  'reports a reset before the deed as unknown': [['takes a reset for a time-out', /kind 'timeout', expected 'network'/, telling({ kind: 'timeout' })]],
  'reports a reset after the deed as unknown': [
    ['takes a reset for a failure', /mayHaveArrived false, expected true/, telling({ mayHaveArrived: false })],
    ['begins anew after a reset', /One payment was started, and the gateway has 2/, (right) => ({ start: (request) => right.start({ ...request, paymentId: randomUUID() }) })],
  ],
  'reports an unreadable answer as unknown': [['takes garbage for a success', /start succeeded/, hopeful]],
  'takes 200 with the body of an error for no success': [['looks at the status only', /start succeeded/, hopeful]],
  'waits no longer than its time-out for a dripping answer': [
    ['waits for every drop', /start never settled/, NONE, { ...IMPATIENT, create: (settings) => harnessOf(NONE).create({ ...settings, timeoutMs: 30_000 }) }],
  ],
};

describe('the suite catches a processor that', () => {
  beforeAll(() => gateway.start());
  afterAll(() => gateway.stop());

  const cases = Object.entries(WRONG).flatMap(([rule, wrongs]) => wrongs.map(([what, says, fault, harness]) => ({ what, rule, says, harness: harnessOf(fault, harness) })));

  it.each(cases)('$what: it breaks the rule that a right one $rule', async ({ rule: title, says, harness }) => {
    const { rule } = RULES.find((named) => named.title === title) ?? fail(new Error(`No rule is called "${title}".`));
    const thrown: unknown = await Promise.resolve(harness).then(rule).then(() => 'Nobody noticed.', (reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(AssertionError);
    expect((thrown as AssertionError).message).toMatch(says);
  }, 30_000);

  it('breaks any of the rules: there is a wrong one for each', () => {
    expect(Object.keys(WRONG).sort()).toEqual(RULES.map(({ title }) => title).sort());
  });
});

function told(error: unknown, changes: Partial<GatewayFailureFacts>): unknown {
  if (!(error instanceof GatewayFailure)) return error;
  const { kind, passing, mayHaveArrived, retryAfterMs, httpStatus, detail } = error;
  return new GatewayFailure(detail, { kind, passing, mayHaveArrived, retryAfterMs, httpStatus, ...changes });
}

/** As if it were never early. */
function ofNow(delivery: WebhookDelivery): WebhookDelivery {
  return { ...delivery, nowMs: Math.max(delivery.nowMs, Date.now()) };
}

async function* listing<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  for (const item of items) yield await Promise.resolve(item);
}

async function* mapped<Item>(items: AsyncIterable<Item>, change: (item: Item) => Item): AsyncGenerator<Item> {
  for await (const item of items) yield change(item);
}

function fail(thrown: unknown): never {
  throw thrown;
}
