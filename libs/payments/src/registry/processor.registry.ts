import type { BypassProcessor } from '../contract/bypass-processor.js';
import type { PaymentProcessor } from '../contract/payment-processor.js';
import { UnknownProcessorError } from './processor.errors.js';
import type { ProcessorRules } from './processor.map.js';

interface WiredAlike {
  /** As the map names it. */
  readonly name: string;
  /** The longest that one call may take. A bypass calls nobody. */
  readonly timeoutMs: number;
  readonly rules: ProcessorRules;
}

/** A payment processor that takes money. */
export interface WiredGateway extends WiredAlike {
  readonly kind: 'gateway';
  readonly gateway: PaymentProcessor;
}

/** A payment processor by which no money moves here. */
export interface WiredBypass extends WiredAlike {
  readonly kind: 'bypass';
  readonly bypass: BypassProcessor;
}

/** A payment processor as it is wired. */
export type WiredProcessor = WiredGateway | WiredBypass;

/** The map of payment processors at run time. */
export class ProcessorRegistry {
  private readonly byName: ReadonlyMap<string, WiredProcessor>;

  constructor(processors: readonly WiredProcessor[]) {
    this.byName = new Map(processors.map((processor) => [processor.name, processor]));
  }

  /** @throws {UnknownProcessorError} naming those that there are. */
  get(name: string): WiredProcessor {
    const wired = this.byName.get(name);
    if (!wired) throw new UnknownProcessorError(this.names());
    return wired;
  }

  /** Undefined where the map has no such name, also where it had one once. */
  find(name: string): WiredProcessor | undefined {
    return this.byName.get(name);
  }

  /** In the order of the map. */
  names(): string[] {
    return [...this.byName.keys()];
  }

  /** Those that are called, in the order of the map. */
  gateways(): WiredGateway[] {
    return [...this.byName.values()].filter((processor) => processor.kind === 'gateway');
  }
}
