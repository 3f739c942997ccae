import type { Traffic } from './leave.js';

/** What a granted delivery must tell when it is reported. */
export interface HeldLeave {
  /** Of the probe that it is; null when it is none. */
  readonly probeId: string | null;
  /** Of its reservation; null when it has none. */
  readonly generation: number | null;
}

const NOTHING: HeldLeave = { probeId: null, generation: null };

/**
 * The leaves that this process was granted and has not yet reported, of those that are a probe or have a reservation.
 *
 * Reports do not say which leave they are of, so the oldest is taken: a reservation is never older than its delivery.
 */
export class HeldLeaves {
  private readonly held = new Map<string, HeldLeave[]>();

  hold(dependency: string, traffic: Traffic, leave: HeldLeave, deliveries: number): void {
    if (leave.probeId === null && leave.generation === null) return;
    const key = `${traffic} ${dependency}`;
    const leaves = this.held.get(key) ?? [];
    for (let count = 0; count < deliveries; count += 1) leaves.push(leave);
    this.held.set(key, leaves);
  }

  take(dependency: string, traffic: Traffic): HeldLeave {
    return this.held.get(`${traffic} ${dependency}`)?.shift() ?? NOTHING;
  }
}
