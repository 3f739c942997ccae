import { Injectable } from '@nestjs/common';
import { DependencyLimits, type Refusal, type Report, type Traffic } from '#limits';
import { FulfillerRegistry } from './fulfiller.registry.js';

/**
 * Asked before every claim whether the provider of a product type may be called now. Whoever has leave for a line either
 * delivers it, which is reported by `LineDelivery`, or gives the leave back.
 */
@Injectable()
export class DeliveryGate {
  constructor(
    private readonly registry: FulfillerRegistry,
    private readonly limits: DependencyLimits,
  ) {}

  /** For each line, by its product type: null where it may be delivered now, else why not. */
  async ask(productTypes: readonly string[], traffic: Traffic): Promise<(Refusal | null)[]> {
    const answers: (Refusal | null)[] = productTypes.map(() => null);
    await Promise.all(
      [...this.byDependency(productTypes)].map(async ([dependency, indexes]) => {
        const { granted, refusal } = await this.limits.ask(dependency, traffic, indexes.length);
        for (const index of indexes.slice(granted)) answers[index] = refusal;
      }),
    );
    return answers;
  }

  /**
   * Asks, and gives back what is not used: all of it when `work` throws or comes to nothing.
   *
   * @param usedBy the product types of the lines that the result delivers. Left out: every line that has leave.
   */
  async withLeave<Result>(
    productTypes: readonly string[],
    traffic: Traffic,
    work: (refusals: readonly (Refusal | null)[]) => Promise<Result | undefined>,
    usedBy?: (result: Result) => readonly string[],
  ): Promise<Result | undefined> {
    const refusals = await this.ask(productTypes, traffic);
    const granted = productTypes.filter((_, index) => !refusals[index]);
    let used: readonly string[] = [];
    try {
      const result = await work(refusals);
      if (result !== undefined) used = usedBy?.(result) ?? granted;
      return result;
    } finally {
      await this.giveBack(without(granted, used), traffic);
    }
  }

  /** Gives the leave for lines back that are not delivered after all. */
  async giveBack(productTypes: readonly string[], traffic: Traffic): Promise<void> {
    await Promise.all(productTypes.map((productType) => this.report(productType, traffic, 0, { outcome: 'not_called' })));
  }

  async report(productType: string, traffic: Traffic, calls: number, report: Report): Promise<void> {
    const dependency = this.registry.dependencyOf(productType);
    if (dependency !== null) await this.limits.report(dependency, traffic, calls, report);
  }

  /** Product types whose provider must not be called for the backlog now. */
  async blockedTypes(): Promise<string[]> {
    const blocked = await this.limits.blocked();
    return blocked.size === 0 ? [] : this.registry.productTypes().filter((type) => blocked.has(this.registry.dependencyOf(type) ?? ''));
  }

  private byDependency(productTypes: readonly string[]): Map<string, number[]> {
    const indexes = new Map<string, number[]>();
    productTypes.forEach((productType, index) => {
      const dependency = this.registry.dependencyOf(productType);
      if (dependency !== null) indexes.set(dependency, [...(indexes.get(dependency) ?? []), index]);
    });
    return indexes;
  }
}

/** What is left of `all` when each of `some` is taken out once. */
function without(all: readonly string[], some: readonly string[]): string[] {
  const left = [...all];
  for (const one of some) {
    const index = left.indexOf(one);
    if (index >= 0) left.splice(index, 1);
  }
  return left;
}
