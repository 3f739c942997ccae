const WINDOW_MS = 60_000;

/** Counts calls in a sliding minute, by name. Time is monotonic: the sandbox's clock does not touch it. */
export class RateLimit {
  /** The LMS's site setting of the same kind: off means that nobody is ever told to wait. */
  enabled = true;
  private readonly calls = new Map<string, number[]>();

  /** Answers 0 when the call may go on, or else the seconds to wait, rounded up. */
  admit(name: string, perMinute: number): number {
    if (!this.enabled) return 0;
    const now = performance.now();
    const recent = (this.calls.get(name) ?? []).filter((at) => at > now - WINDOW_MS);
    this.calls.set(name, recent);
    const oldest = recent[0];
    if (recent.length < perMinute || oldest === undefined) {
      recent.push(now);
      return 0;
    }
    return Math.max(1, Math.ceil((oldest + WINDOW_MS - now) / 1000));
  }

  forget(): void {
    this.calls.clear();
  }
}
