import { GatewayFailure } from '../contract/gateway-failure.js';
import { ABORT_MARGIN_MS } from '../registry/gateway-waits.js';

/**
 * Makes a call that is told to end after `timeoutMs`, and is left behind when it does not.
 *
 * @throws {GatewayFailure} of the kind `timeout`, or what the call throws.
 */
export async function callWithin<Result>(timeoutMs: number, call: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      abort.abort();
      timer = setTimeout(() => reject(timedOut(timeoutMs)), ABORT_MARGIN_MS);
    }, timeoutMs);
  });
  try {
    return await Promise.race([call(abort.signal), late]);
  } catch (thrown) {
    throw abort.signal.aborted && !(thrown instanceof GatewayFailure) ? timedOut(timeoutMs) : thrown;
  } finally {
    clearTimeout(timer);
  }
}

function timedOut(timeoutMs: number): GatewayFailure {
  return new GatewayFailure(`The gateway gave no answer within ${timeoutMs} ms.`, { kind: 'timeout', passing: true, mayHaveArrived: true });
}
