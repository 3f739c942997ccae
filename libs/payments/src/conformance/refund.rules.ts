import assert from 'node:assert/strict';
import type { ListedPayment } from '../contract/payment-processor.js';
import type { Bench } from './bench.js';
import { type Rule, atBench } from './rule.js';

async function assertReturned(bench: Bench, expected: number): Promise<void> {
  const { refundedMinor } = await bench.entry();
  assert.equal(refundedMinor, expected, `${expected} was to be returned, and ${refundedMinor} was.`);
}

export const returnsOnce: Rule = (harness) =>
  atBench(harness, async (first) => {
    const bench = await first.paid();
    const refund = bench.newRefund(1_000);
    const made = await bench.refund(refund);
    const again = await bench.refund(refund);
    assert.equal(again.reference, made.reference, 'One key has two refunds.');
    assert.deepEqual({ refundId: made.refundId, amountMinor: made.amountMinor }, { refundId: refund.refundId, amountMinor: 1_000 }, 'A refund must say whose it is, and how much.');
    await assertReturned(bench, 1_000);
  });

export const returnsNoMoreThanWasTaken: Rule = (harness) =>
  atBench(harness, async (first) => {
    const bench = await first.paid();
    const { amountMinor } = bench.isFor;
    await bench.refund(bench.newRefund(1_000));
    const beyond = bench.newRefund(amountMinor);
    await assertRefused(bench, () => bench.processor.refund(bench.payment(), beyond));
    await bench.refund(bench.newRefund(amountMinor - 1_000));
    const late = bench.newRefund(1);
    await assertRefused(bench, () => bench.processor.refund(bench.payment(), late));
    await assertReturned(bench, amountMinor);
  });

async function assertRefused(bench: Bench, call: () => Promise<unknown>): Promise<void> {
  const { kind, passing } = await bench.failureOf('refund', call);
  assert.deepEqual({ kind, passing }, { kind: 'rejected', passing: false }, 'More than remains cannot be returned: that is a lasting failure, rejected.');
}

export const returnsNothingThatWasNotTaken: Rule = (harness) =>
  atBench(harness, async (bench) => {
    await bench.start();
    await assertRefused(bench, () => bench.processor.refund(bench.payment(), bench.newRefund(1_000)));
  });

export const findsEveryRefund: Rule = (harness) =>
  atBench(harness, async (first) => {
    const bench = await first.paid();
    const ours = bench.newRefund(1_000);
    const { reference } = await bench.refund(ours);
    await harness.gateway.returnInConsole(bench.known(), 500);
    const { refunds = [] } = (await bench.verify()) ?? {};
    assert.ok(refunds.some((refund) => refund.reference === reference && refund.refundId === ours.refundId && refund.amountMinor === 1_000), 'verify does not find our refund by its identifier.');
    assert.ok(refunds.some((refund) => refund.refundId === null && refund.amountMinor === 500), 'verify does not find the refund that was made in the console, and is none of ours.');
    assert.equal(refunds.length, 2, `There are two refunds, and verify finds ${refunds.length}.`);
  });

export const listsWhatWasTaken: Rule = (harness) =>
  atBench(harness, async (first) => {
    await first.another().start();
    const bench = await first.paid();
    await bench.refund(bench.newRefund(1_000));
    const { paymentId, orderNumber, amountMinor, currency } = bench.isFor;
    const listed = await listedIn(bench, -1, 1);
    assert.equal(listed.length, 1, `One payment of two was taken in the window, and ${listed.length} are listed.`);
    const { at, ...said } = listed[0] ?? assert.fail();
    assert.ok(Math.abs(at.getTime() - Date.now()) < HOUR_MS, `It was taken just now, and is listed at ${at.toISOString()}.`);
    const expected = { capturedMinor: amountMinor, refundedMinor: 1_000, currency, paymentId, orderNumber };
    assert.deepEqual({ ...said, ...expected }, said, 'A listed payment does not say what was taken, or whose it is.');
    assert.deepEqual(await listedIn(bench, -3, -2), [], 'Nothing was taken in an earlier window.');
  });

const HOUR_MS = 60 * 60 * 1_000;

async function listedIn({ processor }: Bench, sinceHours: number, untilHours: number): Promise<ListedPayment[]> {
  const at = (hours: number) => new Date(Date.now() + hours * HOUR_MS);
  const listed: ListedPayment[] = [];
  for await (const payment of processor.list({ since: at(sinceHours), until: at(untilHours), signal: new AbortController().signal })) listed.push(payment);
  return listed;
}
