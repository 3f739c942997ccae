import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamicModule } from '@nestjs/common';
import type { Fulfiller } from '@order-fulfillment/fulfiller-kit';
import { FulfillerRegistry } from '#fulfillment';
import EnrollmentFulfillerModule from '#fulfillers/enrollment';
import { LmsModule } from '#lms';
import { startSandbox, type Sandbox } from '../../apps/lms-sandbox/src/sandbox.js';
import type { Evidence, JudgedOrder } from './payment-world.judge.js';
import type { ProviderFault, WorldProduct, WorldProvider } from './payment-world.provider.js';
import { SandboxControl, type Fault } from './sandbox-control.js';

const API_KEY = 'key-of-the-world';
const TIMEOUT_MS = 250;
const SLOW_MS = 100;
const USERS = ['ann', 'bob', 'cid'];
const MODE = 'verified';
const FAULTS: Readonly<Record<Exclude<ProviderFault, 'away'>, Fault>> = {
  refused: { kind: 'status', status: 503, times: 1 },
  'lost before': { kind: 'reset_before', times: 1 },
  'lost after': { kind: 'status_after', status: 502, times: 1 },
  slow: { kind: 'latency', ms: SLOW_MS, times: 2 },
};

class LmsProviderModule {}

/** The sandbox LMS, and the real fulfiller of enrollments. A learner has one enrollment of a course, however often he buys it. */
export class LmsProvider implements WorldProvider {
  readonly products: readonly WorldProduct[] = [product('01', 4_900, 'BIO1', false), product('02', 10_000, 'CHEM1', true), product('03', 300, 'MATH1', false)];
  private readonly control: SandboxControl;
  private faults: Fault[] = [];

  private constructor(private readonly sandbox: Sandbox) {
    this.control = new SandboxControl(sandbox.controlUrl);
  }

  static async start(): Promise<LmsProvider> {
    return new LmsProvider(await startSandbox({ port: 0, controlPort: 0, host: '127.0.0.1', apiKey: API_KEY, jwtSecret: 'jwt-secret-of-the-world-0123456789', stateFile: null }));
  }

  get url(): string {
    return this.sandbox.lmsUrl;
  }

  async reset(): Promise<void> {
    this.faults = [];
    await this.control.reset();
    await this.control.seed({ users: USERS.map((username) => ({ username, email: `${username}@example.com` })) });
  }

  async mend(): Promise<void> {
    await this.settled();
    this.faults = [];
    await this.control.mend();
  }

  async fail(fault: ProviderFault): Promise<void> {
    if (fault === 'away') return this.control.outage();
    this.faults.push(FAULTS[fault]);
    await this.control.faults(...this.faults);
  }

  settled(): Promise<void> {
    return this.faults.includes(FAULTS.slow) ? sleep(SLOW_MS) : Promise.resolve();
  }

  stop(): Promise<void> {
    return this.sandbox.stop();
  }

  module(url: string): DynamicModule {
    const token = Symbol('seat');
    const wired = (fulfiller: Fulfiller) => ({ fulfiller, capabilities: { revoke: true, asynchronous: false, sharedAccess: true }, dependency: null, timeoutMs: TIMEOUT_MS, maxQuantity: 1, repeatable: false, callbackSecrets: [] });
    return {
      module: LmsProviderModule,
      imports: [LmsModule.forRoot({ url, apiKey: API_KEY }), EnrollmentFulfillerModule.register({ token, productType: 'seat', options: {}, timeoutMs: TIMEOUT_MS })],
      providers: [{ provide: FulfillerRegistry, inject: [token], useFactory: (fulfiller: Fulfiller) => new FulfillerRegistry(new Map([['seat', wired(fulfiller)]])) }],
      exports: [FulfillerRegistry],
    };
  }

  /** Who is enrolled in what just now, as `learner course`. */
  async access(): Promise<string[]> {
    const all = await Promise.all(USERS.map((user) => this.control.enrollments({ user })));
    return all.flat().filter(({ isActive, mode }) => isActive && mode === MODE).map(({ user, courseId }) => `${user} ${courseId}`).sort();
  }
}

/** A learner is in a course exactly while a line needs it that was paid for and not taken back. */
export async function wrongAccess(lms: LmsProvider, { orders }: Pick<Evidence, 'orders'>): Promise<string[]> {
  const [has, needs] = [await lms.access(), new Set(orders.flatMap((order) => needsOf(lms, order)))];
  return [...has.filter((one) => !needs.has(one)).map((one) => `${one}: the access is there, and nothing paid for needs it.`), ...[...needs].filter((one) => !has.includes(one)).map((one) => `${one}: it was paid for, and the access is not there.`)];
}

function needsOf({ products }: LmsProvider, { paid, lines }: JudgedOrder): string[] {
  if (paid === 0) return [];
  return lines.filter(({ status }) => status !== 'revoked').map(({ learner, product: id }) => `${learner} ${products.find((one) => one.id === id)?.details['courseId'] ?? ''}`);
}

function product(number: string, priceMinor: number, course: string, soldOnce: boolean): WorldProduct {
  return { id: `01900000-0000-7000-8000-0000000000${number}`, sku: course, priceMinor, details: { courseId: `course-v1:AcmeX+${course}+2026`, mode: MODE }, soldOnce };
}
