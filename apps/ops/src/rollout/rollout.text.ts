import type { RolloutRule, RolloutVersion } from '#catalog';
import { printable } from '../command/printable.js';
import { table, type Column } from '../command/table.js';
import { moment } from '../command/time.js';

const WHERE_IT_COUNTS = 'It counts where the API has LEGACY_CHECKOUT_URL; without an old workflow every course uses this service.\n';

/** The rollout for a terminal: the switch first. Null: none was ever written. */
export function rolloutText(rollout: RolloutVersion | null, now: Date): string {
  if (!rollout) return `No rollout was ever written: every course uses the old workflow.\n${WHERE_IT_COUNTS}`;
  const { version, document, actor, reason, createdAt } = rollout;
  const written = `Version ${version}, ${moment(createdAt)}, by ${printable(actor)}: ${printable(reason)}`;
  return `${switchLine(document.enabled)}\n${written}\n\n${rulesText(document.rules, now)}\n${WHERE_IT_COUNTS}`;
}

/** The same for programs, by the names of the HTTP API. */
export function rolloutJson(rollout: RolloutVersion | null): string {
  const shown = rollout
    ? { version: rollout.version, ...rollout.document, reason: rollout.reason, changedBy: rollout.actor, changedAt: rollout.createdAt }
    : { version: 0, enabled: false, rules: [], reason: null, changedBy: null, changedAt: null };
  return `${JSON.stringify(shown)}\n`;
}

function switchLine(enabled: boolean): string {
  return enabled ? 'The rollout is on: the rules decide.' : 'The rollout is off: every course uses the old workflow, whatever the rules say.';
}

function rulesText(rules: readonly RolloutRule[], now: Date): string {
  if (rules.length === 0) return 'There are no rules: every course uses the old workflow.\n';
  const numbered = rules.map((rule, index) => ({ ...rule, number: index + 1 }));
  return `${table(columns(now), numbered)}\nThe first rule that fits decides; where none fits, the old workflow is used.\n`;
}

function columns(now: Date): Column<RolloutRule & { number: number }>[] {
  return [
    { title: 'rule', cell: ({ number }) => number },
    { title: 'partner', cell: ({ partner }) => partner ?? 'all' },
    { title: 'courses', cell: ({ coursePattern }) => coursePattern },
    { title: 'percent', cell: ({ percentage }) => percentage },
    { title: 'from', cell: ({ startsAt }) => startsAt && moment(startsAt) },
    { title: 'until', cell: ({ endsAt }) => endsAt && moment(endsAt) },
    { title: 'time', cell: (rule) => when(rule, now) },
  ];
}

function when({ startsAt, endsAt }: RolloutRule, now: Date): string {
  if (endsAt !== null && endsAt <= now) return 'over';
  return startsAt !== null && startsAt > now ? 'not yet' : 'now';
}
