import type { Fault } from './fault.schema.js';

/** What a fault may be bound to. */
export interface FaultTarget {
  readonly method: string;
  readonly path: string;
  readonly user: string | null;
  readonly courseId: string | null;
}

/** The faults in force, in order. A call meets the first that fits, and only that one. */
export class FaultList {
  private faults: Fault[] = [];

  replace(faults: readonly Fault[]): void {
    this.faults = [...faults];
  }

  add(fault: Fault): void {
    this.faults.push(fault);
  }

  /** With the times that are left. */
  all(): readonly Fault[] {
    return this.faults;
  }

  /** The fault that meets this call, one time of it used up. */
  take(target: FaultTarget): Fault | null {
    const index = this.faults.findIndex((fault) => fits(fault, target));
    const fault = this.faults[index];
    if (fault === undefined) return null;
    if (fault.times !== undefined) this.faults.splice(index, 1, ...(fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : []));
    return fault;
  }
}

function fits(fault: Fault, target: FaultTarget): boolean {
  return (
    (fault.method === undefined || fault.method === target.method) &&
    (fault.path === undefined || target.path.startsWith(fault.path)) &&
    (fault.user === undefined || fault.user === target.user) &&
    (fault.courseId === undefined || fault.courseId === target.courseId)
  );
}
