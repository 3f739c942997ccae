import assert from 'node:assert/strict';
import { capabilitiesOf } from '../fulfiller-module.js';
import { READ_FAULTS, assertFacts } from './facts.js';
import { AMPLE_TIMEOUT_MS, type Rule, assertDelivered, atBench, atNextBench, providerOf, timeoutFor } from './rule.js';
import { until } from './settled.js';

export const verifyTellsWhatIsThere: Rule = (harness) =>
  atBench(harness, AMPLE_TIMEOUT_MS, async (bench) => {
    assert.equal(await bench.verify(), null, 'verify found something before the delivery, when nothing is there.');
    await bench.fulfill();
    assert.ok(await bench.verify(), 'verify found nothing after the delivery.');
    assert.ok(await bench.verify({ attempt: 2 }), 'verify found nothing at the second attempt, though it is there.');
    if (!capabilitiesOf(harness.manifest).revoke) return;
    await bench.revoke();
    assert.equal(await bench.verify(), null, 'verify found something after the revocation, when nothing is there.');
  });

/** The process dies after the provider delivered and before it heard so: its successor finds the product. */
export const findsWhatACrashLeft: Rule = async (harness) => {
  const provider = providerOf(harness);
  await atBench(harness, AMPLE_TIMEOUT_MS, async (bench) => {
    const worker = new AbortController();
    const crashAfterDelivery = async () => {
      await until(() => provider.deliveredCount() === 1, 'fulfill did not deliver', harness);
      worker.abort();
    };
    provider.respond('hangAfter');
    await Promise.all([bench.failureOf('fulfill', { signal: worker.signal }), crashAfterDelivery()]);
    provider.respond('normal');
    await atNextBench(bench, AMPLE_TIMEOUT_MS, async (successor) => {
      assert.ok(await successor.verify({ attempt: 2 }), 'verify found nothing of what was delivered before the crash.');
      await successor.fulfill({ attempt: 2 });
      assertDelivered(harness, 1);
    });
  });
};

/** "Not there" would make the line be delivered again or given up. */
export const verifyNeverTakesAFaultForAbsence: Rule = async (harness) => {
  const provider = providerOf(harness);
  await atBench(harness, AMPLE_TIMEOUT_MS, async (bench) => {
    await bench.fulfill();
    for (const [scenario, facts] of READ_FAULTS) {
      await atNextBench(bench, timeoutFor(scenario), async (reader) => {
        provider.respond(scenario, 'all');
        assertFacts('verify', await reader.failureOf('verify'), facts, scenario);
      });
    }
  });
};
