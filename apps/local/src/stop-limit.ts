import type { ProgramEvent } from './program-output.js';

/** For a program that does not say how long its stop may take. */
const USUAL_MS = 25_000;
/** For a program to end in, once it has waited for its work. */
const MARGIN_MS = 5_000;

/** How long a program is given to end by itself: what it said when it began to listen, by its own settings. @param listening null when it has said nothing */
export function stopLimitMs(listening: ProgramEvent | null): number {
  const drainMs = Number(listening?.['stopsWithinMs']);
  return Number.isFinite(drainMs) ? Math.max(USUAL_MS, drainMs + MARGIN_MS) : USUAL_MS;
}
