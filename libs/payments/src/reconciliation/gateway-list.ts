import { Logger } from '@nestjs/common';
import { z } from 'zod';
import { GatewayFailure } from '../contract/gateway-failure.js';
import type { ListedPayment, PaymentWindow } from '../contract/payment-processor.js';
import { isUuid } from '../gateway-calls/our-marks.js';
import type { WiredGateway } from '../registry/processor.registry.js';
import { BATCH_SIZE } from './reconciliation.reader.js';

/** Pages may come by in which nobody paid: so many time-outs of one call are waited for until one of ours is there. */
const PATIENCE = 20;
const logger = new Logger('PaymentReconciliation');

const Text = z.string().min(1).max(500).regex(/^[^\0]*$/);
const Amount = z.int().nonnegative();
const Listed: z.ZodType<ListedPayment> = z.object({
  reference: Text,
  captureReference: Text.nullable(),
  // Others may sell through the same account, and write what they like where we write our marks.
  paymentId: z.string().nullable().transform((id) => (isUuid(id) ? id : null)),
  orderNumber: Text.nullable().catch(null),
  capturedMinor: Amount,
  refundedMinor: Amount,
  currency: z.string().regex(/^[A-Z]{3}$/),
  at: z.date(),
});

/**
 * What a gateway lists, in batches, whatever the plug-in makes of it: a list that goes silent ends, and one that cannot be read is not believed.
 *
 * @throws {GatewayFailure} and nothing else, also where `window.signal` is aborted.
 */
export async function* listInBatches({ gateway, name, timeoutMs }: WiredGateway, { since, until, signal }: PaymentWindow): AsyncGenerator<ListedPayment[]> {
  const silence = new AbortController();
  let list: AsyncIterator<ListedPayment> | undefined;
  let batch: ListedPayment[] = [];
  try {
    list = gateway.list({ since, until, signal: AbortSignal.any([signal, silence.signal]) })[Symbol.asyncIterator]();
    for (;;) {
      const next: IteratorResult<unknown, unknown> = await answered(list.next(), { signal, silence, limitMs: PATIENCE * timeoutMs });
      if (next.done === true) break;
      batch.push(Listed.parse(next.value));
      if (batch.length < BATCH_SIZE) continue;
      yield batch;
      batch = [];
    }
  } catch (thrown) {
    throw failureOf(name, thrown);
  } finally {
    silence.abort();
    // Not waited for: a list that hangs would be for ever.
    list?.return?.()?.catch(() => undefined);
  }
  if (batch.length > 0) yield batch;
}

async function answered<Answer>(asked: Promise<Answer>, { signal, silence, limitMs }: { readonly signal: AbortSignal; readonly silence: AbortController; readonly limitMs: number }): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  const given = new Promise<never>((_, reject) => {
    stop = () => reject(new GatewayFailure('The comparison was stopped.', { kind: 'timeout', passing: true }));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    timer = setTimeout(() => {
      silence.abort();
      reject(new GatewayFailure(`The gateway's list went silent for ${limitMs} ms.`, { kind: 'timeout', passing: true }));
    }, limitMs);
  });
  try {
    return await Promise.race([asked, given]);
  } finally {
    clearTimeout(timer);
    if (stop) signal.removeEventListener('abort', stop);
    asked.catch(() => undefined);
  }
}

function failureOf(processor: string, thrown: unknown): GatewayFailure {
  if (thrown instanceof GatewayFailure) return thrown;
  if (thrown instanceof z.ZodError) return new GatewayFailure(`The gateway lists a payment in a form that cannot be read: ${thrown.issues.map(({ path }) => path.join('.') || 'all of it').join(', ')}.`, { kind: 'unknown', passing: true }, { cause: thrown });
  logger.error(`The payment processor "${processor}" broke down while it listed payments.`, thrown instanceof Error ? thrown.stack : undefined);
  return new GatewayFailure('The payment processor broke down while it listed payments; the log says how.', { kind: 'unknown', passing: true }, { cause: thrown });
}
