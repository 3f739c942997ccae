/** What is due later than this stays in the database alone: the sweep finds it. Keeps the queue short. */
export const HORIZON_MS = 5 * 60_000;

/** A request to look at some work when it falls due. */
export interface WakeUp {
  /** The name of its source. */
  readonly source: string;
  readonly id: string;
  /** Distinguishes this wake-up from others of the same work: the claim that scheduled it. A second one with the same key is dropped while the first exists. */
  readonly key: string;
  /** From now. Early or late by as much as the clocks of the processes differ; that is harmless, the claim compares with the database's clock. */
  readonly inMs: number;
  /** See `DueWork.alone`; false when it is not said. */
  readonly alone?: boolean;
}

/** Saves due work the wait for the next sweep. */
export abstract class WakeUps {
  /** Best effort: never throws and never waits long. Does nothing without Redis, and drops what is due later than `HORIZON_MS`. */
  abstract schedule(wakeUps: readonly WakeUp[]): Promise<void>;
}

/** Without Redis nobody is woken: the sweep finds what is due. */
export class NoWakeUps extends WakeUps {
  override schedule(): Promise<void> {
    return Promise.resolve();
  }
}
