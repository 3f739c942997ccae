import assert from 'node:assert/strict';
import { AMPLE_TIMEOUT_MS, type Rule, assertDelivered, assertReceipt, atBench, failureOf, providerOf, until } from './rule.js';

export const verifyTellsWhatIsThere: Rule = (harness) =>
  atBench(harness, AMPLE_TIMEOUT_MS, async ({ fulfiller, request }) => {
    assert.equal(await fulfiller.verify(request()), null, 'Before the delivery nothing is there.');
    await fulfiller.fulfill(request());
    assertReceipt(await fulfiller.verify(request()));
    await fulfiller.revoke(request());
    assert.equal(await fulfiller.verify(request()), null, 'After the revocation nothing is there.');
  });

/** The process dies after the provider delivered and before it heard so: its successor finds the product. */
export const findsWhatACrashLeft: Rule = async (harness) => {
  const provider = providerOf(harness);
  await atBench(harness, AMPLE_TIMEOUT_MS, async ({ fulfiller, request }) => {
    const worker = new AbortController();
    const crashAfterDelivery = async () => {
      await until(() => provider.deliveredCount() === 1, 'fulfill did not deliver');
      worker.abort();
    };
    provider.respond('hangAfter');
    await Promise.all([failureOf(fulfiller.fulfill(request({ signal: worker.signal }))), crashAfterDelivery()]);
    provider.respond('normal');
    const successor = await harness.create({ timeoutMs: AMPLE_TIMEOUT_MS });
    try {
      assertReceipt(await successor.fulfiller.verify(request({ attempt: 2 })));
      assertReceipt(await successor.fulfiller.fulfill(request({ attempt: 2 })));
      assertDelivered(harness, 1);
    } finally {
      await successor.close();
    }
  });
};

/** "Not there" would make the line be delivered again or given up. */
export const verifyNeverTakesAFaultForAbsence: Rule = async (harness) => {
  const provider = providerOf(harness);
  for (const scenario of ['unavailable', 'throttled', 'resetBefore', 'garbage'] as const) {
    await atBench(harness, AMPLE_TIMEOUT_MS, async ({ fulfiller, request }) => {
      await fulfiller.fulfill(request());
      provider.respond(scenario, 'all');
      const { passing } = await failureOf(fulfiller.verify(request()));
      assert.ok(passing, `A read-back that failed (${scenario}) is worth repeating: its failure is passing.`);
    });
  }
};

/** Success would mean that access is gone, and money follows. */
export const revokeReportsAFault: Rule = async (harness) => {
  const provider = providerOf(harness);
  await atBench(harness, AMPLE_TIMEOUT_MS, async ({ fulfiller, request }) => {
    await fulfiller.fulfill(request());
    provider.respond('unavailable');
    const { kind } = await failureOf(fulfiller.revoke(request()));
    assert.equal(kind, 'server');
    assertDelivered(harness, 1);
  });
};
