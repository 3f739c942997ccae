import type { Evidence, LineFact } from './evidence.js';

/** A promise that was not kept, in a sentence that names the order, line or call. */
export type Breach = string;

/** Judges what a drill has left behind, when everything works again and nothing is due or claimed any more. Empty: every promise was kept. */
export function judge(evidence: Evidence): Breach[] {
  return Object.entries(JUDGEMENTS).flatMap(([name, breaches]) => breaches(evidence).map((breach) => `${name}: ${breach}`));
}

/** Each by the name under which its breaches are reported; test/chaos/judge.spec.ts breaks one fact for each. */
export const JUDGEMENTS = {
  'every buyer has his order in writing': ({ refused }) => [...refused],
  'no acknowledged order is missing': missingOrders,
  'one key, one order': keysAndOrders,
  'a key has one answer, to the byte': changedAnswers,
  'no line is stuck, and no failure is without a cause': stuckLines,
  'effective enrollments are the fulfilled lines': enrollmentsAndLines,
  'nothing is delivered twice': doubleDeliveries,
  'no two living holders': livingHolders,
  'only the holder settles': foreignSettles,
  'what is fulfilled is left alone': touchedAfterwards,
  'every call is on record before it leaves': callsOffRecord,
  'the order\'s status follows from its lines': wrongStatuses,
  'nobody holds anything any more': leftovers,
} satisfies Record<string, (evidence: Evidence) => Breach[]>;

function missingOrders({ acknowledged, orders, records }: Evidence): Breach[] {
  const numbers = new Map(orders.map(({ id, number }) => [id, number]));
  const numberOfKey = new Map(records.map(({ key, order_id: id }) => [key, numbers.get(id)]));
  return acknowledged.filter(({ key, number }) => numberOfKey.get(key) !== number).map(({ key, number }) => `${number} was acknowledged under ${key}, which stands for ${numberOfKey.get(key) ?? 'nothing'}`);
}

function keysAndOrders({ acknowledged, orders, records }: Evidence): Breach[] {
  const known = new Set(acknowledged.map(({ number }) => number));
  const keys = Map.groupBy(records, ({ order_id: id }) => id);
  return orders.flatMap(({ id, number }) => {
    const count = keys.get(id)?.length ?? 0;
    return [...(known.has(number) ? [] : [`no buyer knows of ${number}`]), ...(count === 1 ? [] : [`${number} has ${count} keys`])];
  });
}

function changedAnswers({ acknowledged, replays }: Evidence): Breach[] {
  return acknowledged.flatMap(({ key, text }) => {
    const replay = replays.get(key);
    return replay?.status === 201 && replay.text === text ? [] : [`${key} says ${replay?.status ?? 'nothing'} ${replay?.text === text ? 'with the same body' : 'with another body'} now`];
  });
}

function stuckLines({ lines, mustFail }: Evidence): Breach[] {
  return lines.flatMap((line) => {
    const { status, failure_kind: kind, failure_detail: detail } = line;
    const ended = mustFail(line.product_type) ? status === 'failed' && kind === 'unknown' : status === 'fulfilled';
    return ended ? [] : [`${nameOf(line)} ended "${status}"${kind === null ? ', without a cause' : `, ${kind}: ${detail}`}`];
  });
}

function enrollmentsAndLines({ lines, enrollments }: Evidence): Breach[] {
  const expected = lines.filter(({ status, course_id: courseId }) => status === 'fulfilled' && courseId !== null);
  const wanted = new Map(expected.map((line) => [seatOf(line.username, line.course_id), line]));
  const active = enrollments.filter(({ isActive }) => isActive);
  const found = new Map(active.map((enrollment) => [seatOf(enrollment.user, enrollment.courseId), enrollment]));
  return [
    ...expected.filter((line) => found.get(seatOf(line.username, line.course_id))?.mode !== line.mode).map((line) => `${nameOf(line)} is fulfilled, and the LMS has ${found.get(seatOf(line.username, line.course_id))?.mode ?? 'no'} enrollment`),
    ...active.filter(({ user, courseId }) => !wanted.has(seatOf(user, courseId))).map(({ user, courseId }) => `${user} is enrolled in ${courseId}, and no line of his is fulfilled`),
    ...(wanted.size === expected.length ? [] : ['two fulfilled lines are of one seat']),
  ];
}

/** Only one call may have changed anything at the LMS: all others found it done. */
function doubleDeliveries({ calls }: Evidence): Breach[] {
  const effective = calls.filter(({ effect }) => effect === 'created' || effect === 'changed' || effect === 'deactivated');
  return [...Map.groupBy(effective, ({ user, courseId }) => seatOf(user, courseId))].filter(([, group]) => group.length > 1).map(([seat, group]) => `${seat} was changed by ${group.length} calls`);
}

const CLAIMED = new Set(['claim', 'reclaim', 'resubmit']);
const SETTLED = new Set(['fulfil', 'release', 'fail', 'accept']);

/**
 * A holder lives from its claim to its settle, and no longer than its lease. What came first is told by the order of the history, which
 * is written under the lock of the line: moments are those at which transactions began, before they waited.
 */
function livingHolders({ lines, history, leaseMs }: Evidence): Breach[] {
  const historyOf = Map.groupBy(history, ({ line_id: id }) => id);
  return lines.flatMap((line) => {
    // Born claimed, unless its first event is a claim.
    let heldSince: number | null = historyOf.get(line.id)?.[0]?.event === 'claim' ? null : line.paid_us;
    const breaches: Breach[] = [];
    for (const { event, at_us: at } of historyOf.get(line.id) ?? []) {
      if (CLAIMED.has(event)) {
        const lives = heldSince !== null && (event !== 'reclaim' || at < heldSince + leaseMs * 1_000);
        if (lives) breaches.push(`${nameOf(line)} saw "${event}" ${Math.round((at - (heldSince ?? at)) / 1_000)} ms after it was claimed, while its holder lived`);
        heldSince = at;
      } else if (SETTLED.has(event)) {
        heldSince = null;
      }
    }
    return breaches;
  });
}

/** A settle ends its attempt at the same moment as it changes its line: that must be the attempt which was claimed last. */
function foreignSettles({ lines, history, attempts }: Evidence): Breach[] {
  const historyOf = Map.groupBy(history, ({ line_id: id }) => id);
  const attemptsOf = Map.groupBy(attempts, ({ line_id: id }) => id);
  return lines.flatMap((line) => {
    let heldSince = line.paid_us;
    return (historyOf.get(line.id) ?? []).flatMap(({ event, at_us: at }) => {
      if (CLAIMED.has(event)) heldSince = at;
      const settlers = SETTLED.has(event) ? (attemptsOf.get(line.id) ?? []).filter(({ ended_us: end }) => end === at) : [];
      return settlers.length === 0 || settlers.some(({ started_us: start }) => start === heldSince) ? [] : [`${nameOf(line)} saw "${event}" by ${settlers[0]?.claim_id ?? ''}, which was not its last claim`];
    });
  });
}

/** A line is fulfilled once; after that there is no attempt and no change. */
function touchedAfterwards({ lines, history, attempts }: Evidence): Breach[] {
  const historyOf = Map.groupBy(history, ({ line_id: id }) => id);
  const attemptsOf = Map.groupBy(attempts, ({ line_id: id }) => id);
  return lines.filter(({ status }) => status === 'fulfilled').flatMap((line) => {
    const entries = historyOf.get(line.id) ?? [];
    const fulfilled = entries.filter(({ event }) => event === 'fulfil');
    const [first] = fulfilled;
    if (!first || fulfilled.length > 1) return [`${nameOf(line)} was fulfilled ${fulfilled.length} times`];
    const later = entries.filter(({ id }) => id > first.id);
    const tried = (attemptsOf.get(line.id) ?? []).filter(({ started_us: start }) => start > first.at_us);
    return [...later.map(({ event }) => `${nameOf(line)} saw "${event}" after it was fulfilled`), ...tried.map(({ claim_id: id }) => `${nameOf(line)} was claimed (${id}) after it was fulfilled`)];
  });
}

/**
 * Each call about a learner's seat needs an attempt of that line which began before it, and the n-th call that enrolls needs n of
 * them. The ledger counts whole milliseconds, so the attempt's begin is cut down to them as well; there is no other slack.
 */
function callsOffRecord({ calls, lines, attempts }: Evidence): Breach[] {
  const lineOf = new Map(lines.map((line) => [seatOf(line.username, line.course_id), line]));
  const attemptsOf = Map.groupBy(attempts, ({ line_id: id }) => id);
  const posts = new Map<string, number>();
  return calls.flatMap((call) => {
    // A call that was cut off before it could be read is about nobody, and has no effect.
    if (call.user === null && call.effect === 'none') return [];
    const seat = seatOf(call.user, call.courseId);
    const atMs = Date.parse(call.at);
    const begun = (attemptsOf.get(lineOf.get(seat)?.id ?? '') ?? []).filter(({ started_us: start }) => Math.floor(start / 1_000) <= atMs).length;
    const nth = (posts.get(seat) ?? 0) + (call.method === 'POST' ? 1 : 0);
    posts.set(seat, nth);
    return begun >= Math.max(1, nth) ? [] : [`call ${call.seq} (${call.method} for ${seat}, at ${call.at}) is enrollment call ${nth}, and ${begun} attempts had begun`];
  });
}

function wrongStatuses({ orders, lines }: Evidence): Breach[] {
  const linesOf = Map.groupBy(lines, ({ order_id: id }) => id);
  return orders.flatMap(({ id, number, status }) => {
    const own = linesOf.get(id) ?? [];
    const derived = own.every((line) => line.status === 'fulfilled') ? 'complete' : own.some((line) => line.failure_kind !== null) ? 'fulfillment_error' : 'open';
    return own.length > 0 && status === derived ? [] : [`${number} is "${status}", its lines say "${derived}"`];
  });
}

function leftovers({ lines, attempts, records }: Evidence): Breach[] {
  return [
    ...lines.filter(({ claim_id: claimId }) => claimId !== null).map((line) => `${nameOf(line)} is still claimed`),
    ...attempts.filter(({ outcome }) => outcome === 'pending').map(({ claim_id: id, line_id: lineId }) => `attempt ${id} of line ${lineId} never ended`),
    ...records.filter(({ answer_body: body }) => body === null).map(({ key }) => `${key} was never answered`),
  ];
}

function seatOf(user: string | null, courseId: string | null): string {
  return `${user ?? 'nobody'} in ${courseId ?? 'no course'}`;
}

function nameOf({ number, id }: LineFact): string {
  return `${number}, line ${id}`;
}
