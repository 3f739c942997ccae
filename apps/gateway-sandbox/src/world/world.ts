import { z } from 'zod';
import { CallSchema, DisputeSchema, EventSchema, KeptAnswerSchema, PaymentSchema, RefundSchema } from './records.js';
import { Table } from './table.js';

/** The ways of the gateway that the control API sets, and that outlive a restart. */
export const WaysSchema = z.strictObject({
  id: z.literal('ways'),
  webhooks: z.enum(['deliver', 'hold']),
  refunds: z.enum(['succeed', 'pending']),
  captures: z.enum(['complete', 'pending']),
});
export type Ways = z.infer<typeof WaysSchema>;

const USUAL_WAYS: Ways = { id: 'ways', webhooks: 'deliver', refunds: 'succeed', captures: 'complete' };

const SCHEMAS = {
  payments: PaymentSchema,
  refunds: RefundSchema,
  disputes: DisputeSchema,
  events: EventSchema,
  answers: KeptAnswerSchema,
  calls: CallSchema,
  ways: WaysSchema,
};
type TableName = keyof typeof SCHEMAS;

/** One line of the state file. */
export interface Entry {
  readonly table: string;
  readonly row: unknown;
}

const MOST_CALLS = 200_000;

/** Everything that both gateways know. Changes are gathered, and given away together: `journal.ts` writes them before anybody is answered. */
export class World {
  private changes = new Map<string, Entry>();
  private lastSeq = 0;
  readonly payments = this.table<z.infer<typeof PaymentSchema>>('payments');
  readonly refunds = this.table<z.infer<typeof RefundSchema>>('refunds');
  readonly disputes = this.table<z.infer<typeof DisputeSchema>>('disputes');
  readonly events = this.table<z.infer<typeof EventSchema>>('events');
  readonly answers = this.table<z.infer<typeof KeptAnswerSchema>>('answers');
  readonly calls = this.table<z.infer<typeof CallSchema>>('calls');
  private readonly waysTable = this.table<Ways>('ways');

  /** Counts up over everything there is, also over a restart: what came later has the higher number. */
  nextSeq(): number {
    return ++this.lastSeq;
  }

  get ways(): Ways {
    return this.waysTable.get('ways') ?? USUAL_WAYS;
  }

  setWays(ways: Partial<Omit<Ways, 'id'>>): void {
    this.waysTable.put({ ...this.ways, ...ways });
  }

  /** What has changed since the last time, every row once. */
  takeChanges(): readonly Entry[] {
    const taken = [...this.changes.values()];
    this.changes = new Map();
    this.calls.keepNewest(MOST_CALLS);
    return taken;
  }

  /** Everything, as entries that `restore` takes. */
  entries(): readonly Entry[] {
    const names = Object.keys(SCHEMAS) as TableName[];
    return names.flatMap((table) => this.tableOf(table).all().map((row) => ({ table, row })));
  }

  /** Takes in one entry of a state file. Answers false when it is none of this program's. */
  restore({ table, row }: Entry): boolean {
    if (!isTableName(table)) return false;
    const parsed = SCHEMAS[table].safeParse(row);
    if (!parsed.success) return false;
    this.tableOf(table).restore(parsed.data);
    if ('seq' in parsed.data) this.lastSeq = Math.max(this.lastSeq, parsed.data.seq);
    return true;
  }

  /** Forgets everything, the ways included. The numbering goes on. */
  clear(): void {
    for (const name of Object.keys(SCHEMAS)) if (isTableName(name)) this.tableOf(name).clear();
    this.changes = new Map();
  }

  private table<Row extends { readonly id: string }>(name: TableName): Table<Row> {
    return new Table<Row>((row) => this.changes.set(`${name} ${row.id}`, { table: name, row }));
  }

  private tableOf(name: TableName): Table<{ readonly id: string }> {
    const table = name === 'ways' ? this.waysTable : this[name];
    return table as unknown as Table<{ readonly id: string }>; // its rows are those of the schema of the same name
  }
}

function isTableName(name: string): name is TableName {
  return Object.hasOwn(SCHEMAS, name);
}
