/** The sandbox's own notion of now: real time plus an offset, so that a mode can expire while a test watches. */
export class Clock {
  private offsetMs = 0;

  /** Milliseconds since the epoch, offset included. */
  now(): number {
    return Date.now() + this.offsetMs;
  }

  nowIso(): string {
    return new Date(this.now()).toISOString();
  }

  shiftTo(offsetMs: number): void {
    this.offsetMs = offsetMs;
  }
}
