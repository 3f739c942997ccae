import type { Report } from '#limits';
import { OutOfTimeError } from './out-of-time.error.js';
import type { Verdict } from './verdict.js';

const PROVIDER_FAILS: ReadonlySet<string> = new Set(['network', 'timeout', 'server']);

/** What an attempt tells about its provider. A refusal tells that the provider works; what ended here tells nothing. */
export function reportOf(verdict: Verdict, callCount: number): Report {
  if (callCount === 0 || verdict.result === 'not_begun') return { outcome: 'not_called' };
  const failure = verdict.result === 'failed' || verdict.result === 'still_accepted' ? verdict.failure : null;
  if (failure === null) return { outcome: 'answered' };
  const { kind, everywhere, retryAfterMs, cause } = failure;
  if (cause instanceof OutOfTimeError || kind === 'unknown') return { outcome: 'not_called' };
  if (kind === 'throttled') return { outcome: 'throttled', retryAfterMs };
  if (everywhere || PROVIDER_FAILS.has(kind)) return { outcome: 'failed', kind: kind === 'rejected' ? 'configuration' : kind, everywhere };
  return { outcome: 'answered' };
}
