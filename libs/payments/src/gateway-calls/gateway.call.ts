/** One verb at a gateway, however many requests it takes: one time for all of them, and one memory of what may have arrived. */
export class GatewayCall {
  readonly signal: AbortSignal;
  private changed = false;

  /** @param timeoutMs from now to the last byte of the last answer. */
  constructor(stop: AbortSignal, timeoutMs: number) {
    this.signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
  }

  /** A request that changes something may have taken effect: whatever fails from now on in this call cannot undo that. */
  noteChange(): void {
    this.changed = true;
  }

  get mayHaveArrived(): boolean {
    return this.changed;
  }
}
