interface Row {
  readonly id: string;
}

/** Rows by their id, in the order in which they first came. A row is never changed, only replaced. */
export class Table<Kind extends Row> {
  private readonly rows = new Map<string, Kind>();

  constructor(private readonly onPut: (row: Kind) => void) {}

  get(id: string): Kind | undefined {
    return this.rows.get(id);
  }

  all(): readonly Kind[] {
    return [...this.rows.values()];
  }

  /** The last ones first. */
  newestFirst(): readonly Kind[] {
    return this.all().toReversed();
  }

  get size(): number {
    return this.rows.size;
  }

  /** Adds it, or replaces the one with its id. */
  put<Given extends Kind>(row: Given): Given {
    this.rows.set(row.id, row);
    this.onPut(row);
    return row;
  }

  /** Takes in a row that was read from the state file. */
  restore(row: Kind): void {
    this.rows.set(row.id, row);
  }

  /** Drops the oldest ones, so that at most so many are left. */
  keepNewest(most: number): void {
    for (const id of this.rows.keys()) {
      if (this.rows.size <= most) return;
      this.rows.delete(id);
    }
  }

  clear(): void {
    this.rows.clear();
  }
}
