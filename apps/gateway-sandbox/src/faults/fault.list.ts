import type { Fault } from './fault.schema.js';

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
  take(method: string, path: string): Fault | null {
    const index = this.faults.findIndex((fault) => fits(fault, method, path));
    const fault = this.faults[index];
    if (fault === undefined) return null;
    if (fault.times !== undefined) this.faults.splice(index, 1, ...(fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : []));
    return fault;
  }
}

function fits(fault: Fault, method: string, path: string): boolean {
  return (fault.method === undefined || fault.method === method) && (fault.path === undefined || patternOf(fault.path).test(path));
}

function patternOf(path: string): RegExp {
  const pieces = path.split(/(\*\*|\*)/).map((piece) => (piece === '**' ? '.*' : piece === '*' ? '[^/]+' : piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${pieces.join('')}$`);
}
