import { span } from '../command/time.js';
import { ok, warn, type Finding } from './check.js';

const TOLERATED_MS = 5_000;

/** What a clock that differs from this machine's means: leases go by the database's clock, but tokens' ends and logs by the machines'. */
export function clockFinding(aheadMs: number, whose: string): Finding {
  if (Math.abs(aheadMs) <= TOLERATED_MS) return ok(`${whose} and this machine show the same time, within ${TOLERATED_MS / 1_000} s.`);
  return warn(`${whose} is ${span(aheadMs)} ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine.`, 'Let both follow a time server (NTP). Leases go by the database alone, but tokens expire, and logs are read, by the machines.');
}
