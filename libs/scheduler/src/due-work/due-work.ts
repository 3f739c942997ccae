/** Something that should be worked on now. */
export interface DueWork {
  readonly id: string;
  /** Since when. */
  readonly dueAt: Date;
  /** Nothing else may run in this process meanwhile: an earlier holder died with it. */
  readonly alone: boolean;
}

/** What is worked on by `perform`. */
export type WorkOrder = Pick<DueWork, 'id' | 'alone'>;

/** One kind of work that falls due. Apps register them; the scheduler knows none of them. */
export interface DueWorkSource {
  /** Of lower-case letters and dashes; the same on every replica. */
  readonly name: string;
  /**
   * What is due or was left by a holder that died, oldest first. Claims nothing: a claim is taken by `perform`, when a slot is free.
   * Runs on every replica at once. Limit its time: until it answers, this source is not swept again.
   */
  findDue(limit: number): Promise<readonly DueWork[]>;
  /**
   * Claims one and works it off; returns when there is nothing (more) to do for it. Somebody else may have it: then it does nothing.
   * What could not be done must be due later than before: a batch of work that stays the oldest due keeps all younger work waiting.
   * Limit its time: it holds one of the process's slots, and work that must be alone waits for it.
   */
  perform(work: WorkOrder): Promise<void>;
}

/** Work of a named source, on its way to a slot. */
export interface SourceWork extends WorkOrder {
  readonly source: string;
}

/** The sources of one process, by name. */
export class DueWorkSources {
  private readonly byName: ReadonlyMap<string, DueWorkSource>;

  /** @throws {Error} for a name of the wrong form and for one that two sources have. The boot stops. */
  constructor(readonly all: readonly DueWorkSource[]) {
    for (const { name } of all) {
      if (!/^[a-z-]+$/.test(name)) throw new Error(`The due-work source "${name}" needs a name of lower-case letters and dashes.`);
      if (all.filter((source) => source.name === name).length > 1) throw new Error(`Two due-work sources are called "${name}": give one of them another name.`);
    }
    this.byName = new Map(all.map((source) => [source.name, source]));
  }

  find(name: string): DueWorkSource | undefined {
    return this.byName.get(name);
  }
}
