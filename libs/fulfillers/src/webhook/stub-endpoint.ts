import { type WebhookSignatureError, verifyWebhook } from '@order-fulfillment/fulfiller-kit';
import type { StubAcceptance, StubAnswer, StubCall, StubService } from '@order-fulfillment/fulfiller-kit/conformance';

interface Message {
  readonly type: string;
  readonly data: { readonly lineKey: string };
}

type State = 'delivered' | 'accepted' | { readonly refusedFor: string };

/** For specs: an endpoint as another team would write it, holding its lines in memory. It answers nobody whose signature does not hold. */
export class StubEndpoint implements StubService {
  private readonly lines = new Map<string, State>();

  constructor(private readonly secret: string) {}

  readonly acceptance: StubAcceptance = {
    accept: (call) => this.answer(call, 'accepted'),
    acceptedCount: () => this.count('accepted'),
    finish: () => this.end('delivered'),
    refuse: (refusedFor) => this.end({ refusedFor }),
  };

  answer({ headers, body }: StubCall, delivery: State = 'delivered'): StubAnswer {
    const { type, data } = body as Message;
    try {
      verifyWebhook({ headers, body: JSON.stringify(body), secrets: [this.secret], nowMs: Date.now() });
    } catch (error) {
      return { status: 401, body: { detail: (error as WebhookSignatureError).message } };
    }
    if (type === 'fulfillment.revoke') return { status: this.lines.delete(data.lineKey) ? 204 : 404 };
    if (type === 'fulfillment.deliver' && !this.lines.has(data.lineKey)) this.lines.set(data.lineKey, delivery);
    return this.told(data.lineKey, type);
  }

  isChange({ body }: StubCall): boolean {
    return (body as Message).type !== 'fulfillment.verify';
  }

  deliveredCount(): number {
    return this.count('delivered');
  }

  clear(): void {
    this.lines.clear();
  }

  private told(lineKey: string, type: string): StubAnswer {
    const state = this.lines.get(lineKey);
    if (state === 'delivered') return { status: 200, body: { reference: `session ${lineKey}` } };
    if (state === 'accepted') return type === 'fulfillment.verify' ? { status: 404 } : { status: 202, body: { reference: `request ${lineKey}` } };
    return state === undefined ? { status: 404 } : { status: 409, body: { detail: state.refusedFor } };
  }

  private count(wanted: State): number {
    return [...this.lines.values()].filter((state) => state === wanted).length;
  }

  private end(state: State): void {
    for (const [lineKey, held] of this.lines) if (held === 'accepted') this.lines.set(lineKey, state);
  }
}
