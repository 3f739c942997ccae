import assert from 'node:assert/strict';
import { AMPLE_TIMEOUT_MS, type Rule, atBench, failureOf, providerOf, until } from './rule.js';

export const callsNobodyWhenAborted: Rule = async (harness) => {
  const provider = providerOf(harness);
  await atBench(harness, AMPLE_TIMEOUT_MS, async ({ fulfiller, request }) => {
    const aborted = request({ signal: AbortSignal.abort() });
    for (const verb of ['fulfill', 'verify', 'revoke'] as const) {
      const { passing, mayHaveArrived } = await failureOf(fulfiller[verb](aborted));
      assert.deepEqual({ passing, mayHaveArrived }, { passing: true, mayHaveArrived: false }, 'A call that was not made is worth making, and cannot have arrived.');
    }
    assert.equal(provider.callCount(), 0, 'The signal had aborted before the call: nobody may be called.');
  });
};

export const stopsWhenAborted: Rule = async (harness) => {
  const provider = providerOf(harness);
  await atBench(harness, AMPLE_TIMEOUT_MS, async ({ fulfiller, request }) => {
    const holder = new AbortController();
    provider.respond('hangBefore');
    const abortDuringTheCall = async () => {
      await until(() => provider.changeCount() === 1, 'fulfill did not call the provider');
      holder.abort();
    };
    const [{ kind, mayHaveArrived }] = await Promise.all([failureOf(fulfiller.fulfill(request({ signal: holder.signal }))), abortDuringTheCall()]);
    assert.deepEqual({ kind, mayHaveArrived }, { kind: 'timeout', mayHaveArrived: true });
  });
};
