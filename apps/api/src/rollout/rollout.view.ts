import type { RolloutDocument, RolloutPlan, RolloutRule, RolloutVersion } from '#catalog';
import type { RolloutPlanAnswer, RolloutVersionAnswer } from './rollout.answers.js';
import type { RolloutPlanBody } from './rollout.schema.js';

/** Null: none was ever written. That works like an empty one that is switched off. */
export function versionView(rollout: RolloutVersion | null): RolloutVersionAnswer {
  if (!rollout) return { version: 0, enabled: false, rules: [], reason: null, changedBy: null, changedAt: null };
  const { version, document, reason, actor, createdAt } = rollout;
  return { version, enabled: document.enabled, rules: document.rules.map(ruleView), reason, changedBy: actor, changedAt: createdAt.toISOString() };
}

export function planView({ at, comparedWith, laterChanges, named, partners, ...counts }: RolloutPlan): Omit<RolloutPlanAnswer, 'hasLegacy' | 'notice'> {
  return {
    at: at.toISOString(),
    comparedWith: comparedWith ?? 0,
    ...counts,
    partners: [...partners],
    named: { toCommerce: [...named.toCommerce], toLegacy: [...named.toLegacy], moreThanShown: named.moreThanShown },
    laterChanges: laterChanges.map((change) => ({ ...change, at: change.at.toISOString() })),
  };
}

/** What was sent, with its times as instants. */
export function documentOf({ enabled, rules }: Pick<RolloutPlanBody, 'enabled' | 'rules'>): RolloutDocument {
  return { enabled, rules: rules.map(({ startsAt, endsAt, ...rule }) => ({ ...rule, startsAt: startsAt === null ? null : new Date(startsAt), endsAt: endsAt === null ? null : new Date(endsAt) })) };
}

function ruleView({ startsAt, endsAt, ...rule }: RolloutRule): RolloutVersionAnswer['rules'][number] {
  return { ...rule, startsAt: startsAt?.toISOString() ?? null, endsAt: endsAt?.toISOString() ?? null };
}
