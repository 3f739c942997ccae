interface Waiting {
  readonly slots: number;
  readonly answer: (admitted: boolean) => void;
}

/**
 * Lets work into the slots of this process in the order it came. Shared work takes one slot, work that must be alone takes all: it waits
 * until nothing runs, and what came after it waits until it is done. First come, first served, so neither kind starves the other.
 */
export class WorkGate {
  private readonly line: Waiting[] = [];
  private readonly idleListeners: (() => void)[] = [];
  private usedSlots = 0;
  private runningCount = 0;
  private closed = false;

  constructor(private readonly capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) throw new Error(`A concurrency of ${capacity} does no work: it must be a whole number above 0.`);
  }

  get running(): number {
    return this.runningCount;
  }

  get waiting(): number {
    return this.line.length;
  }

  /** Waits for its turn, then runs the work. False when the gate was closed first: then it never ran. @throws what the work throws. */
  async run(alone: boolean, work: () => Promise<void>): Promise<boolean> {
    const slots = alone ? this.capacity : 1;
    if (!(await this.admission(slots))) return false;
    try {
      await work();
      return true;
    } finally {
      this.leave(slots);
    }
  }

  /** Nothing starts from now on: what waits is sent away. What runs goes on. */
  close(): void {
    this.closed = true;
    for (const { answer } of this.line.splice(0)) answer(false);
  }

  /** Resolves when nothing runs. */
  idle(): Promise<void> {
    return this.runningCount === 0 ? Promise.resolve() : new Promise((resolve) => this.idleListeners.push(resolve));
  }

  private admission(slots: number): Promise<boolean> {
    if (this.closed) return Promise.resolve(false);
    return new Promise((answer) => {
      this.line.push({ slots, answer });
      this.admit();
    });
  }

  private admit(): void {
    for (let next = this.line[0]; next !== undefined && this.usedSlots + next.slots <= this.capacity; next = this.line[0]) {
      this.line.shift();
      this.usedSlots += next.slots;
      this.runningCount += 1;
      next.answer(true);
    }
  }

  private leave(slots: number): void {
    this.usedSlots -= slots;
    this.runningCount -= 1;
    this.admit();
    if (this.runningCount === 0) for (const listener of this.idleListeners.splice(0)) listener();
  }
}
