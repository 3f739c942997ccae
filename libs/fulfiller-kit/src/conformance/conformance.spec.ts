import { AssertionError } from 'node:assert';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ConfigurationFailure, DeliveryFailure, UnknownOutcome } from '../failures.js';
import type { FulfillerManifest } from '../fulfiller-module.js';
import type { Receipt } from '../fulfiller.js';
import { API_KEY, type Booking, type Fault, RECEIPT, type Request, harnessOf, provider } from './booking.fake.js';
import { type FulfillerHarness, RULES, describeFulfiller } from './index.js';

const OPTIONS = z.strictObject({ apiKey: z.string('must be a text') });
const named = (changes: Partial<FulfillerManifest>): FulfillerManifest => ({ name: 'booking', contractVersion: 1, ...changes });
const RIGHT: Fault = () => ({});
const WITH_OPTIONS: Partial<FulfillerHarness> = {
  manifest: named({ options: OPTIONS, secretOptions: ['apiKey'] }),
  goodOptions: { apiKey: API_KEY },
  badOptions: [{ options: { apiKey: 7 }, pointer: '/apiKey' }],
};
const ASYNCHRONOUS: Partial<FulfillerHarness> = { ...WITH_OPTIONS, manifest: named({ options: OPTIONS, secretOptions: ['apiKey'], capabilities: { asynchronous: true } }) };
const SHARED: Partial<FulfillerHarness> = { manifest: named({ capabilities: { sharedAccess: true } }) };
const FOR_GOOD: Partial<FulfillerHarness> = { manifest: named({ capabilities: { revoke: false } }) };

/** Its schema repeats what it refuses. */
const TALKATIVE: Partial<FulfillerHarness> = {
  manifest: named({ options: z.strictObject({ apiKey: z.string().refine((key) => !key.includes(' '), { error: ({ input }) => `is no key: ${String(input)}` }) }), secretOptions: ['apiKey'] }),
  goodOptions: { apiKey: API_KEY },
  badOptions: [{ options: { apiKey: 'open sesame' }, pointer: '/apiKey' }],
};

/** For whoever never settles. */
const IMPATIENT: Partial<FulfillerHarness> = { patienceMs: 1_000 };

const byLearner: Fault = () => ({ keyOf: ({ learner }) => learner.username });
const neverRevokes: Fault = () => ({ revoke: () => fail(new Error('Nobody asks.')) });
const deliversNothing: Fault = () => ({ fulfill: () => Promise.resolve(RECEIPT), verify: () => Promise.resolve(RECEIPT), revoke: () => Promise.resolve() });

describeFulfiller('a right fulfiller with options, whose provider may accept for later', harnessOf(RIGHT, ASYNCHRONOUS));
describeFulfiller('a right fulfiller of one thing a learner', harnessOf(byLearner, SHARED));
describeFulfiller('a right fulfiller of what cannot be taken back', harnessOf(neverRevokes, FOR_GOOD));
describeFulfiller('a right fulfiller of nothing', harnessOf(deliversNothing, { provider: null, deliversNothing: true }));

const NEVER_ABORTS = new AbortController().signal;
const LATE = () => new DeliveryFailure({ kind: 'timeout', detail: 'Late.', passing: true });
const NO_ANSWER = () => new UnknownOutcome({ kind: 'network', detail: 'No answer.' });
const accepting = (times: object): Fault => (right) => ({ fulfill: async (request) => ({ ...(await right.fulfill(request)), ...times }) });
/** Takes back, and never again. */
const onlyOnce: Fault = (right) => {
  let isDone = false;
  const revoke = (request: Request) => {
    if (isDone) throw new ConfigurationFailure('Taken back before.');
    isDone = true;
    return right.revoke(request);
  };
  return { revoke };
};
/** Asks the provider until it has found something. */
const remembering: Fault = (right) => {
  let found: Receipt | null = null;
  return { verify: async (request) => (found ??= await right.verify(request)) };
};
/** Goes on when its signal aborts, in calls of one verb. */
const deaf = (method: string): Fault => (right) => ({ call: (verb, request) => right.call(verb, verb === method ? { ...request, signal: NEVER_ABORTS } : request) });

type Wrong = readonly [what: string, says: RegExp, fault: Fault, harness?: Partial<FulfillerHarness>];

/** By the title of the rule that catches it: what is wrong, and what the rule says of it. */
const WRONG: Readonly<Record<string, readonly Wrong[]>> = {
  'says of itself what the core needs to know': [
    ['has no manifest', /The harness has no manifest/, RIGHT, { manifest: undefined as unknown as FulfillerManifest }],
    ['was written for the next contract', /was written for contract version 2; this service speaks 1/, RIGHT, { manifest: named({ contractVersion: 2 }) }],
    ['can do what nobody knows', /a capability that nobody knows, "refund"/, RIGHT, { manifest: named({ capabilities: { refund: true } as object }) }],
    ['names a provider that is no name', /names a provider that is no name/, RIGHT, { manifest: named({ dependency: 'The Booking Service' }) }],
  ],
  'takes good options': [
    ['refuses its own options', /Refused the good options: .*\/apiKey must be a text/, RIGHT, { ...WITH_OPTIONS, goodOptions: {} }],
    ['has options and no schema', /the manifest no schema for them/, RIGHT, { goodOptions: { apiKey: API_KEY } }],
    ['misspells its secret option', /names apikey, which the good options do not have/, RIGHT, { ...WITH_OPTIONS, manifest: named({ options: OPTIONS, secretOptions: ['apikey'] }) }],
  ],
  'refuses bad and unknown options and names them': [
    ['lets a misspelt option pass', /refused by its name: use a strict schema/, RIGHT, { ...WITH_OPTIONS, manifest: named({ options: z.object({ apiKey: z.string() }) }) }],
    ['accepts bad options', /Accepted the options \{ apiKey: 7 \}/, RIGHT, { ...WITH_OPTIONS, manifest: named({ options: z.strictObject({ apiKey: z.any() }) }) }],
    ['blames another option', /"\/apiKey" is to blame/, RIGHT, { ...WITH_OPTIONS, manifest: named({ options: OPTIONS.or(z.strictObject({ url: z.string() })) }) }],
    ['shows a secret option that is wrong', /shows what is secret in them: .*no key: open sesame/, RIGHT, TALKATIVE],
  ],
  'accepts good details, and its own reading of them': [
    ['reads details that do not survive storage', /must survive being stored as JSON/, (right) => ({ parseDetails: (raw) => Object.assign(right.parseDetails(raw), { readAt: new Date() }) })],
  ],
  'refuses bad details and names the field': [
    ['accepts bad details', /Accepted \{"hours":"two"\}/, () => ({ parseDetails: () => ({ hours: 0 }) })],
    ['blames another field', /"\/hours" is to blame/, (right) => ({ parseDetails: (raw) => (JSON.stringify(raw).includes('two') ? fail(new ConfigurationFailure('Bad.')) : right.parseDetails(raw)) })],
  ],
  'refuses what is no details at all': [
    ['stumbles over null', /Refused undefined with TypeError.*throw a ConfigurationFailure/s, () => ({ parseDetails: (raw) => ({ hours: (raw as Booking).hours }) })],
  ],
  'delivers, and has something to show for it': [
    ['refuses good details', /parseDetails refused the good details/, () => ({ parseDetails: () => fail(new ConfigurationFailure('No.')) })],
    ['returns nothing', /fulfill answered undefined: a receipt has a reference/, (right) => ({ fulfill: (request) => right.fulfill(request).then(() => undefined as unknown as Receipt) })],
    ['returns nothing at once', /fulfill answered undefined: a receipt has a reference/, () => ({ fulfill: () => undefined as unknown as Promise<Receipt> })],
    ['shows nothing', /1 to 500 characters, not 0/, (right) => ({ fulfill: (request) => right.fulfill(request).then(() => ({ reference: '' })) })],
    ['says that it delivered and did not', /holds 0 delivered products, expected 1/, () => ({ fulfill: () => Promise.resolve(RECEIPT) })],
    ['throws a string', /fulfill threw 'out of order': throw a DeliveryFailure/, () => ({ fulfill: () => fail('out of order') })],
    ['gives up where nothing is wrong', /fulfill failed, although the provider behaves: rejected, No\./, () => ({ fulfill: () => fail(new DeliveryFailure({ kind: 'rejected', detail: 'No.', passing: false })) })],
    ['never settles', /fulfill never settled/, () => ({ fulfill: () => new Promise(() => undefined) }), IMPATIENT],
    ['writes to its request', /fulfill threw TypeError: Cannot assign to read only property 'hours'/, (right) => ({ fulfill: (request) => right.fulfill(Object.assign(request.details, { hours: 3 }) && request) })],
    ['accepts for later without saying so before', /the manifest must say capabilities\.asynchronous/, accepting({ verifyAfterMs: 60_000, deadlineMs: 60_000 })],
  ],
  'does no harm when called again': [
    ['delivers twice', /holds 3 delivered products, expected 1/, (right) => ({ exchange: (method, _key, signal) => right.exchange(method, randomUUID(), signal) })],
  ],
  'shows no secret and no address in a receipt or a failure': [
    ['shows its key on a receipt', /The receipt of verify shows a secret or an address: s3cret/, (right) => ({ verify: async (request) => (await right.verify(request)) && { reference: API_KEY } })],
    ['hands on what it was told', /The failure of fulfill \(unavailable\).* shows a secret/, () => ({ refusal: ({ text }) => new DeliveryFailure({ kind: 'server', detail: text, passing: true }) })],
    ['hangs its request on its failures', /The failure of fulfill \(resetAfter\).* shows a secret/, () => ({ unanswered: () => new UnknownOutcome({ kind: 'network', detail: 'No answer.', cause: { headers: { 'X-Api-Key': API_KEY } } }) })],
  ],
  'writes no secret and no address to the log': [
    ['logs its request', /The log shows a secret or an address: learner1@example\.com, 192\.0\.2\.71/, (right) => ({ fulfill: (request) => (logged(request), right.fulfill(request)) })],
    ['writes its key to a stream', /The log shows a secret or an address: s3cret/, (right) => ({ unanswered: (error) => (process.stderr.write(`${API_KEY}\n`), right.unanswered(error)) })],
  ],
  'takes back, and again': [
    ['takes nothing back', /holds 1 delivered products, expected 0/, () => ({ revoke: () => Promise.resolve() })],
    ['knows nothing of what it took back', /revoke failed, although the provider behaves: configuration, Taken back before\./, onlyOnce],
  ],
  'has nothing to take back before it delivered': [
    ['cannot take back what is not there', /revoke failed, although the provider behaves/, (right) => ({ revoke: async (request) => void ((await right.verify(request)) ?? fail(new ConfigurationFailure('Nothing there.'))) })],
  ],
  'reads back before, after, and after taking back': [
    ['finds everything', /verify found something before the delivery/, () => ({ verify: () => Promise.resolve(RECEIPT) })],
    ['never finds anything', /verify found nothing after the delivery/, () => ({ verify: () => Promise.resolve(null) })],
    ['still finds what it took back', /verify found something after the revocation/, remembering],
    ['answers undefined for nothing', /verify answered undefined/, (right) => ({ verify: async (request) => (await right.verify(request)) ?? (undefined as unknown as null) })],
  ],
  'shares between the lines of a learner what its manifest says, and no more': [
    ['shares what it does not say', /must find nothing: without capabilities\.sharedAccess each line has its own/, byLearner],
    ['does not share what it says', /must find it: manifest\.capabilities\.sharedAccess says/, RIGHT, SHARED],
  ],
  'finds what was delivered before a crash': [
    ['finds nothing after a crash', /verify found nothing of what was delivered before the crash/, () => ({ verify: () => Promise.resolve(null) })],
  ],
  'says of a failed read-back what failed, not that nothing is there': [
    ['takes an outage for absence', /verify succeeded, although/, (right) => ({ verify: (request) => right.verify(request).catch(() => null) })],
    ['takes throttling of a read-back for an outage', /kind 'server', expected 'throttled'.*\(throttled\)/, (right) => ({ verify: (request) => right.verify(request).catch((error: unknown) => fail(serverOf(error))) })],
  ],
  'reports 503 as a passing failure of the server': [
    ['gives up in an outage', /kind 'rejected', expected 'server'; passing false, expected true/, () => ({ refusal: () => new DeliveryFailure({ kind: 'rejected', detail: 'No.', passing: false }) })],
    ['throws a string in an outage', /fulfill threw 'DeliveryFailure: .*anything else counts as a bug/, (right) => ({ fulfill: (request) => right.fulfill(request).catch((error: unknown) => fail(String(error))) })],
  ],
  'sends a failed call once': [
    ['repeats by itself', /One fulfill sent 2 calls/, (right) => ({ fulfill: (request) => right.fulfill(request).catch(() => right.fulfill(request)) })],
  ],
  'reports 429 with the wait that was asked for': [
    ['forgets how long to wait', /retryAfterMs 3000, expected 7000/, (right) => ({ refusal: (answer) => right.refusal({ ...answer, retryAfter: '3' }) })],
  ],
  'reports 429 with the wait until the date that was given': [
    ['reads no date', /Retry-After gave the date in two minutes/, (right) => ({ refusal: (answer) => right.refusal({ ...answer, retryAfter: String(parseInt(answer.retryAfter ?? '', 10)) }) })],
  ],
  'reports a time-out before the delivery as unknown': [
    ['takes a time-out for a failure', /mayHaveArrived false, expected true/, () => ({ unanswered: LATE })],
  ],
  'reports a time-out after the delivery as unknown': [
    ['takes a time-out for a failure, though it delivered', /mayHaveArrived false, expected true/, () => ({ unanswered: LATE })],
  ],
  'reports a reset before the delivery as unknown': [
    ['takes a reset for a time-out', /kind 'timeout', expected 'network'/, () => ({ unanswered: () => new UnknownOutcome({ kind: 'timeout', detail: 'Late.' }) })],
  ],
  'reports a reset after the delivery as unknown': [
    ['cannot find what a reset left', /After resetAfter, verify must say what is there: it was delivered/, () => ({ verify: () => Promise.resolve(null) })],
  ],
  'reports an unreadable answer as unknown': [
    ['takes garbage for a receipt', /fulfill succeeded, although/, (right) => ({ fulfill: (request) => right.call('PUT', request).then(() => RECEIPT) })],
  ],
  'waits no longer than its time-out for a dripping answer': [
    ['waits for every drop', /fulfill never settled/, (right) => ({ exchange: (method, key) => right.exchange(method, key, NEVER_ABORTS) }), IMPATIENT],
  ],
  'reports a refused connection as a call that never left': [
    ['never knows whether a call left', /mayHaveArrived true, expected false/, () => ({ unanswered: NO_ANSWER })],
  ],
  'calls nobody when the signal has aborted': [
    ['calls after the end', /verify succeeded, although/, deaf('GET')],
    ['says that a call which it never made may have arrived', /fulfill was not called.*cannot have arrived/, (right) => ({ call: (method, request) => (request.signal.aborted ? fail(NO_ANSWER()) : right.call(method, request)) })],
  ],
  'stops when the signal aborts': [
    ['does not stop', /fulfill never settled/, deaf('PUT'), IMPATIENT],
  ],
  'stops reading back when the signal aborts': [
    ['does not stop reading back', /verify never settled/, deaf('GET'), IMPATIENT],
  ],
  'stops taking back when the signal aborts': [
    ['does not stop taking back', /revoke never settled/, deaf('DELETE'), IMPATIENT],
  ],
  'says of a failed revocation what failed': [
    ['takes an outage for a revocation', /revoke succeeded, although/, (right) => ({ revoke: (request) => right.revoke(request).catch(() => undefined) })],
  ],
  'reports a revocation without an answer as unknown': [
    ['takes a reset of a revocation for a time-out', /revoke reported kind 'timeout', expected 'network' \(resetBefore\)/, () => ({ unanswered: () => new UnknownOutcome({ kind: 'timeout', detail: 'Late.' }) })],
    ['takes an unanswered revocation for one that never was', /revoke reported mayHaveArrived false, expected true \(hangBefore\)/, () => ({ unanswered: LATE })],
  ],
  'says that the provider accepted, and until when to wait': [
    ['takes an acceptance for a delivery', /fulfill answered a receipt, although the provider has only accepted/, (right) => ({ fulfill: (request) => right.fulfill(request).then(() => RECEIPT) }), ASYNCHRONOUS],
    ['would look after no time at all', /verifyAfterMs is 0: give milliseconds from 1 second/, accepting({ verifyAfterMs: 0 }), ASYNCHRONOUS],
    ['gives up before it looks', /deadlineMs is 1000: give milliseconds, at least verifyAfterMs/, accepting({ deadlineMs: 1_000 }), ASYNCHRONOUS],
    ['has a provider that cannot accept', /give the StubService an acceptance/, RIGHT, { ...ASYNCHRONOUS, provider: Object.create(provider, { acceptance: { value: undefined } }) as typeof provider }],
  ],
  'does no harm when called again after an acceptance': [
    ['is accepted twice', /has 2 lines accepted and not ended, expected 1/, (right) => ({ exchange: (method, _key, signal) => right.exchange(method, randomUUID(), signal) }), ASYNCHRONOUS],
  ],
  'finds nothing of what was accepted until it is delivered': [
    ['takes what is accepted for what is there', /verify found something while the provider had only accepted it/, (right) => ({ verify: async (request) => (request.acceptedReference === null ? await right.verify(request) : RECEIPT) }), ASYNCHRONOUS],
  ],
  'reports that the provider refused what it had accepted': [
    ['does not hear that it was refused', /passing true, expected false/, (right) => ({ refusal: (refused) => right.refusal({ ...refused, status: 500 }) }), ASYNCHRONOUS],
    ['keeps the words of a refusal to itself', /refused what it had accepted with "No mentor is free until May\.": the failure says "No\."/, (right) => ({ refusal: (refused) => right.refusal({ ...refused, text: 'No.' }) }), ASYNCHRONOUS],
  ],
  'takes back what was only accepted': [
    ['leaves what was only accepted', /has 1 lines accepted and not ended, expected 0/, (right) => ({ revoke: async (request) => ((await right.verify(request)) === null ? undefined : right.revoke(request)) }), ASYNCHRONOUS],
  ],
};

describe('the suite catches a fulfiller that', () => {
  beforeAll(() => provider.start());
  afterAll(() => provider.stop());

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

function serverOf(error: unknown): unknown {
  return error instanceof DeliveryFailure ? new DeliveryFailure({ kind: 'server', detail: 'No.', passing: true }) : error;
}

/** As a careless plug-in does. */
function logged(request: Request): void {
  console.log('Delivering', request);
}

function fail(thrown: unknown): never {
  throw thrown;
}
