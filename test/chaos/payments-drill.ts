import { setTimeout as sleep } from 'node:timers/promises';
import { becomesTrue } from '../../apps/local/src/polling.js';
import { breaches, type Evidence, type Judged } from '../support/payment-world.judge.js';
import { openShop, type GatewayShop } from '../support/shop.js';
import { gather } from './judge/evidence.js';
import { figuresOf, type DrillReport } from './report.js';
import { Customers } from './stage/customers.js';
import { Random } from './stage/random.js';
import { Replica } from './stage/replica.js';

export interface PaymentsSize {
  /** At least so many orders are bought … */
  readonly purchases: number;
  /** … beside the kills at the named points so many processes are killed at random … */
  readonly kills: number;
  /** … and so long it lasts. */
  readonly minMs: number;
}

export const PAYMENTS_DRILL = 9;
export const PAYMENTS_IN_SMALL: PaymentsSize = { purchases: 18, kills: 4, minMs: 0 };
export const PAYMENTS_AT_LENGTH: Omit<PaymentsSize, 'minMs'> = { purchases: 200, kills: 30 };

const TITLE = 'kill -9 while money moves';
/** Short leases: what a killed process has left is taken up soon. */
const TIMES = { LMS_TIMEOUT_MS: '200', CHECKOUT_DEADLINE_MS: '900', FULFILLMENT_LEASE_MS: '3500', RETRY_BASE_MS: '100', RETRY_MAX_DELAY_MS: '300', SWEEP_INTERVAL_MS: '200' } as const;
const BUYERS = 3;
/** Of the gateway's webhooks, while nobody is there. */
const TRIES = { count: 60, everyMs: 300 } as const;
const MEETING_LIMIT_MS = 15_000;
const PATIENCE_MS = 90_000;
const SHOWN_LOG_CHARACTERS = 2_000;
/** The gateway does it, and says nothing; whoever asked is killed while he waits for the answer. */
const DEADLY = [
  { name: 'start, at Stripe', method: 'POST', path: '/v1/payment_intents' },
  { name: 'capture, at PayPal', method: 'POST', path: '/v2/checkout/orders/*/capture' },
  { name: 'refund, at Stripe', method: 'POST', path: '/v1/refunds' },
  { name: 'refund, at PayPal', method: 'POST', path: '/v2/payments/captures/*/refund' },
] as const;

/** Buys by both gateways, and returns money from two sides, while API and worker are killed; and judges what is left by the ledgers of the gateway and of the LMS. */
export async function runPaymentsDrill(seed: number, size: PaymentsSize): Promise<DrillReport> {
  const startedAtMs = performance.now();
  const shop = await openShop({ gateway: true, env: TIMES });
  const play = new PaymentsPlay(shop, new Random(seed), size);
  try {
    await play.open();
    await play.play();
    const found = await play.judged();
    const facts = await gather(shop.sql, shop.lms.control);
    const evidence = { ...facts, acknowledged: [], refused: [], replays: new Map<string, never>(), leaseMs: Number(TIMES.FULFILLMENT_LEASE_MS), mustFail: () => false };
    return { number: PAYMENTS_DRILL, title: TITLE, seed, seconds: (performance.now() - startedAtMs) / 1_000, ...figuresOf(evidence), strokes: play.strokes, breaches: found, logs: found.length > 0 ? play.lastWords() : [] };
  } finally {
    await play.close();
    await shop.close();
  }
}

class PaymentsPlay {
  readonly strokes = new Map<string, number>();
  private readonly seen = new Set<string>();
  private replicas: Replica[] = [];
  private isOver = false;

  constructor(
    private readonly shop: GatewayShop,
    private readonly random: Random,
    private readonly size: PaymentsSize,
  ) {}

  async open(): Promise<void> {
    const { shop } = this;
    await shop.gateway.control.configureWebhooks({ retryDelaysMs: Array.from({ length: TRIES.count }, () => TRIES.everyMs) });
    // In the place of the API that the shop was opened with: the gateway posts there.
    const { port } = new URL(shop.api.url);
    await shop.api.stop();
    this.replicas = [new Replica('api', () => shop.startApi({ PORT: port })), new Replica('worker', () => shop.startWorker())];
    await Promise.all(this.replicas.map((replica) => replica.start()));
  }

  async play(): Promise<void> {
    const { purchases, minMs } = this.size;
    const endsAtMs = performance.now() + minMs;
    const customers = new Customers(this.shop, () => this.replicas[0]?.url ?? null, this.random.fork());
    let begun = 0;
    const buyer = async (): Promise<void> => {
      while (begun < purchases || performance.now() < endsAtMs) await customers.buy(begun++);
    };
    const killing = this.kill();
    await Promise.all(Array.from({ length: BUYERS }, buyer)).finally(() => (this.isOver = true));
    await killing;
  }

  /** What speaks against it when everybody has had his time; also that it hit nothing. */
  async judged(): Promise<string[]> {
    const { shop, seen } = this;
    const judged: Judged = { control: shop.gateway.control, breakdowns: [], sql: shop.sql, saw: (what) => void seen.add(what) };
    let found: string[] = [];
    await becomesTrue(async () => {
      await this.letTimePass();
      found = await breaches(judged, (evidence) => this.wrongAccess(evidence));
      return found.length === 0;
    }, { limitMs: PATIENCE_MS, everyMs: 200 });
    const wanted = ['opened by stripe', 'opened by paypal', 'refund by request complete'];
    const missed = DEADLY.filter(({ name }) => !this.strokes.has(name)).map(({ name }) => `nobody was killed at: ${name}`);
    return [...found, ...missed, ...wanted.filter((kind) => !seen.has(kind)).map((kind) => `there was none: ${kind}`)];
  }

  lastWords(): string[] {
    return this.replicas.map(({ kind, output }) => `${kind}: ${output.slice(-SHOWN_LOG_CHARACTERS)}`);
  }

  async close(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.stop()));
  }

  private async kill(): Promise<void> {
    for (const deadly of DEADLY) await this.killInTheMiddle(deadly);
    for (let kills = 0; kills < this.size.kills && !this.isOver; ) {
      await sleep(this.random.between(200, 800));
      const victim = this.random.pick(this.replicas);
      if (!victim.signal('SIGKILL')) continue;
      kills += 1;
      this.count(`${victim.kind} killed`);
    }
  }

  /** Kills both while the gateway has done what it was asked, and has not said so. */
  private async killInTheMiddle({ name, method, path }: (typeof DEADLY)[number]): Promise<void> {
    const { control } = this.shop.gateway;
    const kind = 'hang_after';
    const met = async () => (await control.calls({ method })).filter(({ fault }) => fault === kind).length;
    const before = await met();
    await control.faults({ kind, method, path, times: 1 });
    await becomesTrue(async () => this.isOver || (await met()) > before, { limitMs: MEETING_LIMIT_MS, everyMs: 10 });
    await control.faults();
    if ((await met()) === before) return;
    for (const replica of this.replicas) replica.signal('SIGKILL');
    this.count(name);
  }

  private count(stroke: string): void {
    this.strokes.set(stroke, (this.strokes.get(stroke) ?? 0) + 1);
  }

  /** What waits for minutes is due now. Leases run out by themselves. */
  private async letTimePass(): Promise<void> {
    const { sql } = this.shop;
    await sql('update payment set next_check_at = now() where next_check_at is not null');
    await sql('update payment_event set next_attempt_at = now() where next_attempt_at is not null and claim_id is null');
    await sql('update refund set next_attempt_at = now() where next_attempt_at is not null and claim_id is null');
  }

  /** A learner is in as many courses as he has paid for and kept: each has bought once. */
  private async wrongAccess({ orders }: Evidence): Promise<string[]> {
    const enrollments = (await this.shop.lms.control.enrollments()).filter(({ isActive, mode }) => isActive && mode === 'verified');
    return orders.flatMap(({ number, paid, lines }) => {
      const has = enrollments.filter(({ user }) => user === lines[0]?.learner).length;
      const needs = paid === 0 ? 0 : lines.filter(({ status }) => status !== 'revoked').length;
      return has === needs ? [] : [`Order ${number}: its learner is in ${has} courses, and paid for ${needs}.`];
    });
  }
}
