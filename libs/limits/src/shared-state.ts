import { z } from 'zod';
import { BREAKER_KINDS } from './leave.js';

const Opened = z.object({
  kind: z.enum(BREAKER_KINDS),
  detail: z.string(),
  untilMs: z.number(),
  /** The one delivery that may try, once `untilMs` is past. */
  probe: z.object({ id: z.string(), untilMs: z.number() }).nullable(),
});

const Share = z.object({
  /** Below 0 is a debt. */
  tokens: z.number(),
  /** Calls that were reported, by slot of time. */
  used: z.array(z.tuple([z.number(), z.number()])),
  /** What is reserved for deliveries that are not reported: of this generation and of the one before. */
  reserved: z.number(),
  reservedBefore: z.number(),
});

const Rate = z.object({ filledAtMs: z.number(), generation: z.number(), buyer: Share, backlog: Share });

const State = z.object({ failures: z.number(), opened: Opened.nullable(), throttledUntilMs: z.number(), rate: Rate.nullable() });

/** What all replicas know of one dependency. Times are of the store's clock, in ms since 1970. */
export type SharedState = Readonly<z.infer<typeof State>>;
export type OpenedState = Readonly<z.infer<typeof Opened>>;
export type RateState = Readonly<z.infer<typeof Rate>>;
export type ShareState = Readonly<z.infer<typeof Share>>;

/** A dependency of which nothing bad is known. */
export const UNKNOWN_STATE: SharedState = { failures: 0, opened: null, throttledUntilMs: 0, rate: null };

/** What is unreadable, because another version wrote it, counts as unknown: it lives for minutes only. */
export function readState(stored: unknown): SharedState {
  const { success, data } = State.safeParse(stored);
  return success ? data : UNKNOWN_STATE;
}
