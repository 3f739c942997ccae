import { Test } from '@nestjs/testing';
import { type StubAnswer, type StubCall, StubGateway, type StubService } from '../conformance/index.js';
import type { PaymentProcessor } from '../contract/payment-processor.js';
import type { ProcessorModule } from '../contract/processor-module.js';

type Answer = StubAnswer | ((call: StubCall) => StubAnswer);
const NOTHING = () => undefined;

/** For specs: a gateway that answers what it was told to, by method and path, such as `GET /v1/refunds`. A list is worked off, and its last entry stays. */
export class ScriptedGateway extends StubGateway {
  constructor(private readonly script: Map<string, Answer[]> = new Map()) {
    const answer = (call: StubCall): StubAnswer => {
      const answers = script.get(`${call.method} ${call.path}`) ?? [];
      const next = answers.length > 1 ? answers.shift() : answers[0];
      if (next === undefined) return { status: 500, body: { error: { message: `Nothing is written for ${call.method} ${call.path}.` } } };
      return typeof next === 'function' ? next(call) : next;
    };
    const service: StubService = { answer, error: () => ({}), isAside: () => false, agree: NOTHING, decline: NOTHING, returnInConsole: NOTHING, ledger: () => [], deliver: () => ({ body: Buffer.alloc(0), headers: {} }), clear: () => script.clear() };
    super(service);
  }

  on(call: string, ...answers: readonly Answer[]): this {
    this.script.set(call, [...answers]);
    return this;
  }

  /** `POST /v1/refunds` and so on, in the order in which they came. */
  get asked(): readonly string[] {
    return this.calls.map(({ method, path }) => `${method} ${path}`);
  }

  /** The last call of this kind. */
  last(asked: string): StubCall {
    const call = this.calls.findLast(({ method, path }) => `${method} ${path}` === asked);
    if (!call) throw new Error(`Nobody asked ${asked}.`);
    return call;
  }
}

/** For specs: a processor as its module makes it. */
export async function processorOf<Options>(module: ProcessorModule<Options>, written: unknown, timeoutMs = 5_000): Promise<{ readonly processor: PaymentProcessor; readonly close: () => Promise<void> }> {
  const token = Symbol(module.manifest.name);
  const plugin = module.register({ token, name: module.manifest.name, options: module.manifest.options.parse(written), timeoutMs });
  const app = await Test.createTestingModule({ imports: [plugin] }).compile();
  return { processor: app.get<PaymentProcessor>(token, { strict: false }), close: () => app.close() };
}
