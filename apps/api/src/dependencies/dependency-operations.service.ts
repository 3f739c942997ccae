import { Injectable } from '@nestjs/common';
import { LMS_COMMERCE } from '#catalog';
import { FulfillerRegistry } from '#fulfillment';
import { DependencyLimits, type ChangedBy, type DependencyChange } from '#limits';
import { ProblemError } from '../problems/problem.js';
import type { DependencyAnswer } from './dependency.schema.js';
import { dependencyView } from './dependency.view.js';

/** The providers that the token map and the publication of courses need, and what an operator does to them. */
@Injectable()
export class DependencyOperations {
  constructor(
    private readonly registry: FulfillerRegistry,
    private readonly limits: DependencyLimits,
  ) {}

  /** By name. */
  async list(): Promise<DependencyAnswer[]> {
    const states = new Map((await this.limits.states()).map((state) => [state.name, state]));
    return [...this.productTypes()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([name, types]) => dependencyView(name, types, states.get(name)));
  }

  /** @throws {ProblemError} when nothing needs a provider of this name. */
  async change(name: string, change: DependencyChange, by: ChangedBy): Promise<DependencyAnswer> {
    const types = this.productTypes().get(name);
    if (!types) throw new ProblemError('dependency_not_found', 'Nothing needs such a provider: GET /v1/operations/dependencies lists them.');
    return dependencyView(name, types, await this.limits.change(name, change, by));
  }

  private productTypes(): Map<string, string[]> {
    // Publications are of no product type.
    const byName = new Map<string, string[]>([[LMS_COMMERCE, []]]);
    for (const productType of this.registry.productTypes()) {
      const name = this.registry.dependencyOf(productType);
      if (name !== null) byName.set(name, [...(byName.get(name) ?? []), productType]);
    }
    return byName;
  }
}
