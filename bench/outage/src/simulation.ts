import { randomUUID } from 'node:crypto';
import type { Caller, CheckoutRequest } from '#checkout';
import { withClient } from '../../kit/src/database.js';
import { UNFINISHED } from '../../kit/src/due-lines.js';
import type { House } from './house.js';
import type { OutageOptions } from './options.js';
import type { OutageLms } from './outage-lms.js';
import type { SimulatedClock } from './simulated-clock.js';

/** While the LMS is down: as often as a worker sweeps. */
const OUTAGE_STEP_MS = 5_000;
/** Afterwards: less than the rate's reserve for the backlog needs to fill, so that nothing of the rate is lost between steps. */
const DRAIN_STEP_MS = 1_000;
const BATCH_SIZE = 500;
const LIMIT_MS = 24 * 3_600_000;
const LOOK_EVERY_MS = 30_000;
const REPORT_EVERY_MS = 30 * 60_000;

const STAFF: Caller = { username: 'staff', email: null, isStaff: true, address: null };
const SKU = 'C0A17E3';

export interface Simulated {
  readonly databaseUrl: string;
  readonly clock: SimulatedClock;
  readonly lms: OutageLms;
  readonly house: House;
}

/** Drives the product through the outage and until nothing is left. In each step the clock stands still until all that can be done then is done. */
export class Simulation {
  private sold = 0;

  constructor(
    private readonly cast: Simulated,
    private readonly options: OutageOptions,
    private readonly report: (line: string) => void,
  ) {}

  /** @throws {Error} when the backlog is not drained a simulated day after the outage. */
  async run(): Promise<void> {
    const { outageMs } = this.options;
    for (let atMs = 0; atMs < outageMs + LIMIT_MS; atMs += atMs < outageMs ? OUTAGE_STEP_MS : DRAIN_STEP_MS) {
      await this.step(atMs);
      if (atMs % REPORT_EVERY_MS === 0) this.report(`Simulated ${atMs / 60_000} minutes, ${this.sold} orders, ${await this.unfinished()} waiting …`);
      if (atMs >= outageMs && atMs % LOOK_EVERY_MS === 0 && (await this.unfinished()) === 0) return;
    }
    throw new Error(`A day after the outage ${await this.unfinished()} lines are still not fulfilled.`);
  }

  private async step(atMs: number): Promise<void> {
    const { clock, lms, house } = this.cast;
    const { orders, outageMs, sellingMs } = this.options;
    await clock.set(atMs);
    lms.atMs = atMs;
    lms.isDown = atMs < outageMs;
    // What a process knows of breaker and rate may be a second old by its own clock, which is long in the simulation: it reads anew.
    await house.limits.states();
    const soldByNow = Math.min(orders, Math.floor((orders * (atMs + OUTAGE_STEP_MS)) / sellingMs));
    await sideBySide(soldByNow - this.sold, house.concurrency, () => this.sell());
    await this.workOff();
  }

  private async sell(): Promise<void> {
    this.sold += 1;
    const username = `learner_${this.sold}`;
    const request: CheckoutRequest = { items: [{ sku: SKU, quantity: 1 }], learner: { username, email: `${username}@example.com` }, payment: { processor: 'invoice', reference: 'PO-7' }, emailOptIn: false };
    const scope = { caller: STAFF.username, route: 'POST /v1/checkout', key: randomUUID() };
    await this.cast.house.checkout.checkout(request, STAFF, { scope, fingerprint: 'f', render: ({ number }) => ({ status: 201, body: JSON.stringify({ number }) }) });
  }

  /** One sweep, and what it finds, for as long as there is leave. What then has none stays due. */
  private async workOff(): Promise<void> {
    const { retry, gate, concurrency } = this.cast.house;
    for (;;) {
      const due = await retry.findDue(BATCH_SIZE);
      const works = [...due];
      await sideBySide(Math.min(concurrency, works.length), concurrency, async () => {
        for (let work = works.shift(); work !== undefined && (await gate.blockedTypes()).length === 0; work = works.shift()) await retry.perform(work);
      });
      if (due.length < BATCH_SIZE || works.length > 0) return;
    }
  }

  private async unfinished(): Promise<number> {
    return withClient(this.cast.databaseUrl, async (client) => (await client.query<{ lines: number }>(UNFINISHED)).rows[0]?.lines ?? NaN);
  }
}

async function sideBySide(times: number, atOnce: number, work: () => Promise<void>): Promise<void> {
  let left = times;
  const slot = async (): Promise<void> => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: Math.max(0, Math.min(times, atOnce)) }, slot));
}
