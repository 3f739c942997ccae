import type { PublicationFigures } from '#catalog';
import { span } from '../command/time.js';
import { ok, warn, type Finding } from './check.js';

/** A publication is three calls at most: one that waits longer than so many sweeps waits for something. */
const FEW_SWEEPS = 5;

interface PublicationSettings {
  readonly sweepIntervalMs: number;
  readonly publishToLms: boolean;
}

const TO_DECIDE = 'Failed ones wait for a course team or an operator, and what is to be confirmed waits for an operator: npm run ops -- catalog publications';
const TOO_OLD = 'See to it that a worker runs (npm run start:worker) and may call the LMS (see dependencies), then why: npm run ops -- catalog publications --status waiting';

/** What the LMS was not told yet, and whether somebody has to see to it. */
export async function publicationsCheck(ask: () => Promise<PublicationFigures>, { sweepIntervalMs, publishToLms }: PublicationSettings): Promise<Finding> {
  const { waiting, failed, confirmRequired, oldestWaitingSeconds } = await ask();
  if (waiting + failed + confirmRequired === 0) return ok('The LMS was told all that was to be published.');
  const oldestMs = oldestWaitingSeconds * 1_000;
  const stays = publishToLms || waiting === 0 ? '' : ' PUBLISH_TO_LMS is false, so what waits goes on waiting.';
  const fact = `${waiting} waiting${waiting === 0 ? '' : `, the oldest for ${span(oldestMs)}`}; ${failed} failed, ${confirmRequired} to be confirmed.${stays}`;
  const isTooOld = publishToLms && waiting > 0 && oldestMs > FEW_SWEEPS * sweepIntervalMs;
  const advice = [...(failed + confirmRequired > 0 ? [TO_DECIDE] : []), ...(isTooOld ? [TOO_OLD] : [])];
  return advice.length === 0 ? ok(fact) : warn(fact, advice.join('. '));
}
