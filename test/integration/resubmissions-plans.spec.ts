import { countStatement, sampleStatement } from '../../libs/orders/src/statements/resubmission-match.statement.js';
import { FIND_TURNS } from '../../libs/orders/src/statements/resubmission-turn.statement.js';
import { OPERATION_LINES, PROGRESS } from '../../libs/orders/src/statements/resubmission.statement.js';
import { openOrders, type OrdersUnderTest } from '../support/orders.js';
import { parkingLot, wish } from '../support/resubmissions.js';
import { fillWithUnfinishedLines } from '../support/unfinished-lines.js';

const LINES = 200_000;
const NIL = '00000000-0000-0000-0000-000000000000';

/** A parking lot that is far too full. */
let shop: OrdersUnderTest;
let lot: ReturnType<typeof parkingLot>;
beforeAll(async () => {
  shop = await openOrders();
  lot = parkingLot(shop);
  await fillWithUnfinishedLines(shop.em, LINES);
}, 120_000);
afterAll(() => shop.close());

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly Plans?: readonly PlanNode[];
}

/** Every node of a statement's plan as it ran. */
async function nodesOf(sql: string, values: readonly unknown[]): Promise<PlanNode[]> {
  const [row] = await shop.sql<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(`explain (analyze, format json) ${sql}`, [...values]);
  const all = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(all)];
  return (row?.['QUERY PLAN'] ?? []).flatMap(({ Plan }) => all(Plan));
}

const linesRead = (nodes: readonly PlanNode[]) => nodes.filter((node) => node['Relation Name'] === 'order_line').map((node) => node['Actual Rows'] * node['Actual Loops']);

describe('a dry run', () => {
  it('of more than 100,000 lines counts no further', async () => {
    const { matches, held, sample } = await lot.resubmissions.preview({});
    expect([matches, held.atLeast, sample.length]).toEqual([{ count: 100_000, atLeast: true }, false, 20]);
    const { sql, values } = countStatement({}, 100_000);
    const nodes = await nodesOf(sql, values);
    expect(nodes.map((node) => node['Node Type'])).toContain('Limit');
    expect(Math.max(...linesRead(nodes))).toBe(100_001);
  });

  it('is exact up to there, and shows some lines without reading all of them', async () => {
    const { matches } = await lot.resubmissions.preview({ failureKind: 'server', productType: 'seat', status: 'failed' });
    const [exact] = await shop.sql<{ n: number }>(`select count(*)::int as n from order_line where failure_kind = 'server' and product_type = 'seat' and status = 'failed' and held_at is null and given_up_at is null`);
    expect(matches).toEqual({ count: exact?.n, atLeast: false });
    const { sql, values } = sampleStatement({ productType: 'seat' }, 20);
    expect(Math.max(...linesRead(await nodesOf(sql, values)))).toBe(20);
  });

  it.each([
    ['a learner', { learner: 'learner-7' }],
    ['an order', { orderNumber: 'U-7' }],
    ['a SKU', { sku: 'SKU-7' }],
    ['a kind of failure', { failureKind: 'server' }],
  ] as const)('by %s finds its lines by an index', async (_, filter) => {
    const { sql, values } = countStatement(filter, 100_000);
    expect((await nodesOf(sql, values)).filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
  });
});

describe('an operation on many lines', () => {
  it('is written in one go, and finds its next turns and its pages by an index', async () => {
    const { operation } = await lot.resubmissions.create(wish({ failureKind: 'server' }));
    expect(operation.lineCount).toBeGreaterThan(40_000);
    await shop.sql('analyze resubmission_line');
    const found = await nodesOf(FIND_TURNS.text, [100, [], NIL, NIL]);
    expect([found.some((node) => node['Index Name'] === 'resubmission_line_waiting_index'), Math.max(...linesRead(found))]).toEqual([true, 100]);
    const page = await nodesOf(OPERATION_LINES.text, [operation.id, 21, NIL, null]);
    expect(Math.max(...linesRead(page))).toBe(21);
    // Lines that wait are not looked up one by one.
    expect(Math.max(...linesRead(await nodesOf(PROGRESS.text, [operation.id])))).toBe(0);
    expect((await lot.reader.progress(operation.id)).waiting).toBe(operation.lineCount);
  }, 60_000);
});
