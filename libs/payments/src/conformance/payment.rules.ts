import assert from 'node:assert/strict';
import { UNKNOWN_REFERENCE } from './bench.js';
import type { Money } from './harness.js';
import { type Rule, atBench } from './rule.js';

const PRICES: readonly Money[] = [
  { amountMinor: 4_900, currency: 'USD' },
  { amountMinor: 101, currency: 'USD' },
  { amountMinor: 1_234_567, currency: 'USD' },
  { amountMinor: 4_900, currency: 'JPY' },
];

export const givesOneReference: Rule = (harness) =>
  atBench(harness, async (bench) => {
    const { payment } = await bench.start();
    const { payment: again } = await bench.start();
    assert.equal(again.reference, payment.reference, 'A second start of one payment must give the same reference.');
    const { payment: other } = await bench.another().start();
    assert.notEqual(other.reference, payment.reference, 'Two payments have one reference.');
    const { length } = await harness.gateway.ledger();
    assert.equal(length, 2, `Two payments were started, one of them twice: the gateway has ${length}.`);
  });

export const writesDownWhose: Rule = (harness) =>
  atBench(harness, async (bench) => {
    const { payment } = await bench.start();
    const { paymentId, orderNumber } = bench.isFor;
    for (const [verb, state] of [['start', payment] as const, ['verify', await bench.verify()] as const]) {
      assert.deepEqual({ paymentId: state?.paymentId, orderNumber: state?.orderNumber }, { paymentId, orderNumber }, `${verb} does not say whose payment it is: the gateway must write down both.`);
    }
  });

export const asksForExactlyThat: Rule = (harness) =>
  atBench(harness, async (first) => {
    for (const money of PRICES) {
      const bench = first.another(money);
      const { payment } = await bench.start();
      const { amountMinor, currency } = await bench.entry();
      assert.deepEqual({ amountMinor, currency }, money, `${money.amountMinor} ${money.currency} was asked for as ${amountMinor} ${currency}.`);
      assert.deepEqual({ amountMinor: payment.amountMinor, currency: payment.currency }, money, `${money.amountMinor} ${money.currency} was read back as ${payment.amountMinor} ${payment.currency}.`);
      await bench.agree();
      const { capturedMinor } = await bench.confirm();
      assert.equal(capturedMinor, money.amountMinor, `${money.amountMinor} ${money.currency} was to be taken, and confirm says ${capturedMinor}.`);
      await bench.refund(bench.newRefund(money.amountMinor));
      const { refundedMinor } = await bench.entry();
      assert.equal(refundedMinor, money.amountMinor, `${money.amountMinor} ${money.currency} was to be returned, and ${refundedMinor} was.`);
    }
  });

export const refusesWhatCannotBeExpressed: Rule = (harness) =>
  atBench(harness, async (first) => {
    for (const money of harness.unpayable) {
      const bench = first.another(money);
      const { kind, passing, mayHaveArrived } = await bench.failureOf('start', () => bench.processor.start(bench.request()));
      assert.deepEqual({ kind, passing, mayHaveArrived }, { kind: 'configuration', passing: false, mayHaveArrived: false }, `${money.amountMinor} ${money.currency} cannot be expressed: that is a lasting failure of the configuration.`);
    }
    assert.equal(await harness.gateway.changeCount(), 0, 'What cannot be expressed must not be asked for.');
  });

export const tellsTheBuyerWhatToDo: Rule = (harness) =>
  atBench(harness, async (bench) => {
    const { payment, action } = await bench.start();
    assert.equal(payment.status, 'unpaid', `Nobody has paid yet: the payment is ${payment.status}.`);
    assert.ok(action, 'start must say what the buyer has to do next.');
    if (action.type === 'redirect') assert.match(action.url, /^https?:\/\//, 'The buyer must be sent to a page.');
    else assert.ok(action.clientSecret !== '' && action.publishableKey !== '', 'The buyer needs a client secret and a publishable key.');
  });

export const startsAgainWithoutHarm: Rule = (harness) =>
  atBench(harness, async (bench) => {
    await bench.paid();
    const { payment } = await bench.start();
    assert.equal(payment.status, 'captured', `The payment was taken, and another start says ${payment.status}: read it back.`);
    assert.equal((await bench.entry()).capturedMinor, bench.isFor.amountMinor, 'Another start must take no money.');
  });

export const makesNothingTwice: Rule = (harness) =>
  atBench(harness, async (bench) => {
    const startAgain = async () => {
      const before = await harness.gateway.changeCount();
      const again = await bench.startAgain();
      assert.equal(await harness.gateway.changeCount(), before, 'The reference is known, and start told the gateway to make something: once it has forgotten the idempotency key, that is a second payment. Read back the first.');
      return again;
    };
    const { payment, action } = await bench.start();
    const again = await startAgain();
    assert.deepEqual([again.payment.reference, again.action], [payment.reference, action], 'A start with the reference that is known must give the same payment, and its buyer the same to do.');
    await bench.agree();
    await bench.confirm();
    const { status } = (await startAgain()).payment;
    assert.equal(status, 'captured', `The payment was taken, and a start with its reference says ${status}.`);
  });

export const knowsNothingOfTheUnknown: Rule = (harness) =>
  atBench(harness, async (bench) => {
    for (const reference of [UNKNOWN_REFERENCE, null]) {
      const found = await bench.ended('verify', () => bench.processor.verify({ ...bench.payment(), reference }));
      assert.equal(found, null, `The gateway knows of no payment ${String(reference)}: verify must answer null.`);
    }
  });

export const takesTheMoneyOnce: Rule = (harness) =>
  atBench(harness, async (bench) => {
    await bench.start();
    await bench.agree();
    const states = [...(await Promise.all([bench.confirm(), bench.confirm()])), await bench.confirm()];
    assert.equal(states.at(-1)?.status, 'captured', 'The buyer has agreed: confirm must take the money, or see that it was taken.');
    const { capturedMinor } = await bench.entry();
    assert.equal(capturedMinor, bench.isFor.amountMinor, `${bench.isFor.amountMinor} was to be taken once, and ${capturedMinor} was.`);
  });

export const readsBackWhatWasTaken: Rule = (harness) =>
  atBench(harness, async (bench) => {
    await bench.paid();
    const { paymentId, orderNumber, amountMinor, currency } = bench.isFor;
    const { reference, captureReference, ...state } = (await bench.verify()) ?? assert.fail('verify found nothing of a payment that was taken.');
    assert.equal(reference, bench.known());
    assert.ok(captureReference === null || captureReference !== '');
    const expected = { status: 'captured', amountMinor, capturedMinor: amountMinor, currency, paymentId, orderNumber, declined: null, refunds: [], disputes: [] };
    assert.deepEqual(state, expected, 'verify does not say what the gateway took.');
  });

export const takesNothingUnasked: Rule = (harness) =>
  atBench(harness, async (bench) => {
    await bench.start();
    const { status, capturedMinor } = await bench.confirm();
    assert.deepEqual({ status, capturedMinor }, { status: 'unpaid', capturedMinor: 0 }, 'The buyer has not agreed: the payment is unpaid.');
    assert.equal((await bench.entry()).capturedMinor, 0, 'The buyer has not agreed: nothing may be taken.');
  });

export const tellsOfADecline: Rule = (harness) =>
  atBench(harness, async (bench) => {
    await bench.start();
    await bench.decline();
    const { status, capturedMinor, declined } = await bench.confirm();
    assert.deepEqual({ status, capturedMinor }, { status: 'unpaid', capturedMinor: 0 }, 'The bank has declined: the payment is unpaid, and no failure.');
    assert.ok(typeof declined === 'string' && declined !== '', 'The bank has declined: `declined` must say why.');
  });

export const letsNobodyPayWhatWasCanceled: Rule = (harness) =>
  atBench(harness, async (bench) => {
    await bench.start();
    for (let times = 0; times < 2; times += 1) {
      const { status } = await bench.cancel();
      assert.equal(status, 'canceled', `The payment was canceled, and is ${status}.`);
    }
    await bench.agree();
    assert.equal((await bench.entry()).capturedMinor, 0, 'The payment was canceled: no buyer may pay it any more.');
  });

export const saysWhenItIsTooLateToCancel: Rule = (harness) =>
  atBench(harness, async (bench) => {
    await bench.paid();
    const { status, capturedMinor } = await bench.cancel();
    assert.deepEqual({ status, capturedMinor }, { status: 'captured', capturedMinor: bench.isFor.amountMinor }, 'The money was taken before the cancellation: cancel must say so.');
  });
