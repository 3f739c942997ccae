/** Which courses use this service. Whole: a change replaces all of it. */
export interface RolloutDocument {
  /** The one switch. False: every course uses the old workflow, whatever the rules say. */
  readonly enabled: boolean;
  /** The first that fits decides; where none fits, the old workflow is used. */
  readonly rules: readonly RolloutRule[];
}

export interface RolloutRule {
  /** Null: of every partner. */
  readonly partner: string | null;
  /** `*` stands for any run of characters, an empty one too; everything else for itself. */
  readonly coursePattern: string;
  /** How many of the courses that fit use this service: 0 to 100, with two decimals at most. */
  readonly percentage: number;
  /** The first instant at which the rule counts. Null: it always did. */
  readonly startsAt: Date | null;
  /** The first instant at which it no longer counts. Null: it has no end. */
  readonly endsAt: Date | null;
}

/** A rollout as its `jsonb` column gives it. */
export interface StoredRollout {
  readonly enabled: boolean;
  readonly rules: readonly StoredRule[];
}

type StoredRule = Omit<RolloutRule, 'startsAt' | 'endsAt'> & { readonly startsAt: string | null; readonly endsAt: string | null };

/** Reads what was stored. Trusts it: only `Rollout` writes it. */
export function rolloutFrom({ enabled, rules }: StoredRollout): RolloutDocument {
  return { enabled, rules: rules.map(({ startsAt, endsAt, ...rule }) => ({ ...rule, startsAt: instant(startsAt), endsAt: instant(endsAt) })) };
}

function instant(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
