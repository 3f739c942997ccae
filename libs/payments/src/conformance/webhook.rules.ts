import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { type WebhookDelivery, type WebhookEvent, WebhookRefusedError } from '../contract/webhook-event.js';
import type { Bench } from './bench.js';
import type { ProcessorSettings } from './harness.js';
import { type Rule, atBench } from './rule.js';
import { settled } from './settled.js';

type Delivered = Pick<WebhookDelivery, 'body' | 'headers'>;
type Why = WebhookRefusedError['why'];

export const believesTheGateway: Rule = (harness) =>
  atWebhook(harness, async (bench, delivery) => {
    const event = await parse(bench, delivery);
    assert.ok(event.eventId !== '' && event.type !== '', 'An event has an identifier and a type.');
    const { reference, captureReference, paymentId } = event.subject ?? assert.fail('The event is about a payment, and its subject is null.');
    const { paymentId: ours } = bench.isFor;
    const { captureReference: capture } = (await bench.verify()) ?? assert.fail('verify found nothing.');
    assert.ok(reference === bench.known() || paymentId === ours || (capture !== null && captureReference === capture), `The subject of the event does not lead to its payment: ${inspect(event.subject)}.`);
    assert.equal((await parse(bench, delivery)).eventId, event.eventId, 'A repeated delivery must have the same identifier.');
  });

export const believesWhatIsNotTooOld: Rule = (harness) =>
  atWebhook(harness, async (bench, delivery) => {
    await parse(bench, delivery, harness.webhookAge.believedMs);
  });

export const refusesTheUnsigned: Rule = (harness) =>
  atWebhook(harness, (bench, { body }) => assertRefused(bench, { body, headers: {} }, ['signature_missing'], 'without a signature'));

export const refusesAnotherSecret: Rule = (harness) =>
  atWebhook(harness, (bench, delivery) => assertRefused(bench, delivery, ['signature_wrong'], 'that somebody else has signed'), 'another');

export const believesASecondSecret: Rule = (harness) => (harness.rotates ? atWebhook(harness, async (bench, delivery) => void (await parse(bench, delivery)), 'both') : Promise.resolve());

/** Every byte counts, also one that means nothing. */
export const refusesOtherBytes: Rule = (harness) =>
  atWebhook(harness, async (bench, { body, headers }) => {
    const changed = Buffer.from(body);
    const last = changed.length - 2;
    changed.writeUInt8(changed.readUInt8(last) ^ 1, last);
    for (const other of [changed, Buffer.concat([body, Buffer.from(' ')]), body.subarray(0, -1), Buffer.alloc(0)]) {
      await assertRefused(bench, { body: other, headers }, ['signature_wrong'], 'with other bytes than those that were signed');
    }
  });

export const refusesTheOld: Rule = (harness) => atWebhook(harness, (bench, delivery) => assertRefused(bench, delivery, ['signature_stale'], 'that is too old', harness.webhookAge.staleMs));
export const refusesTheFuture: Rule = (harness) => atWebhook(harness, (bench, delivery) => assertRefused(bench, delivery, ['signature_stale'], 'from the future', -harness.webhookAge.futureMs));

/** Whoever posts nonsense must not break anything. */
export const refusesNonsense: Rule = (harness) =>
  atWebhook(harness, async (bench, { body, headers }) => {
    const nonsense = ['', 'x', 't=,v1=', 't=1,v1=', '=,=', 'https://[', 'é'.repeat(300), 'x'.repeat(10_000)];
    for (const [name, value] of Object.entries(headers)) {
      for (const wrong of [...nonsense, [value, value].flat().map(String), undefined]) {
        await assertRefused(bench, { body, headers: { ...headers, [name]: wrong } }, ['signature_missing', 'signature_wrong', 'signature_stale', 'unreadable'], `whose ${name} is nonsense`);
      }
    }
  });

async function atWebhook(harness: Parameters<Rule>[0], work: (bench: Bench, delivery: Delivered) => Promise<void>, trusts: ProcessorSettings['trusts'] = 'the stand-in'): Promise<void> {
  await atBench(harness, async (bench) => {
    await bench.paid();
    await work(bench, await harness.gateway.deliver(bench.known()));
  }, { trusts });
}

/** @param ageMs how long ago it was signed. */
function parse({ processor, harness }: Bench, { body, headers }: Delivered, ageMs = 0): Promise<WebhookEvent> {
  const delivery = { body, headers, nowMs: Date.now() + ageMs, signal: new AbortController().signal };
  return settled('parseWebhook', () => processor.parseWebhook(delivery), harness).catch((thrown: unknown) => assert.fail(`parseWebhook refused what the gateway has signed: ${String(thrown)}`));
}

async function assertRefused({ processor, harness }: Bench, { body, headers }: Delivered, whys: readonly Why[], what: string, ageMs = 0): Promise<void> {
  const delivery = { body, headers, nowMs: Date.now() + ageMs, signal: new AbortController().signal };
  const thrown = await settled('parseWebhook', () => processor.parseWebhook(delivery), harness).then(
    () => assert.fail(`parseWebhook believed a delivery ${what}.`),
    (reason: unknown) => reason,
  );
  if (thrown instanceof assert.AssertionError) throw thrown;
  assert.ok(thrown instanceof WebhookRefusedError, `parseWebhook threw ${inspect(thrown, { depth: 0 })} for a delivery ${what}: throw a WebhookRefusedError.`);
  assert.ok(whys.includes(thrown.why), `parseWebhook refused a delivery ${what} as ${thrown.why}, expected ${whys.join(' or ')}.`);
}
