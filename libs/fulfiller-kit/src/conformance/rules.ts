import { capabilitiesOf } from '../fulfiller-module.js';
import * as abort from './abort.rules.js';
import * as acceptance from './acceptance.rules.js';
import * as delivery from './delivery.rules.js';
import * as details from './details.rules.js';
import * as failures from './failure.rules.js';
import type { FulfillerHarness } from './harness.js';
import * as manifest from './manifest.rules.js';
import * as readBack from './read-back.rules.js';
import * as revocation from './revocation.rules.js';
import type { Rule } from './rule.js';
import * as secrecy from './secrecy.rules.js';
import { sharesWhatItSaysItShares } from './sharing.rules.js';

/** What a rule is about, where not every fulfiller has it. */
export type Topic = 'calls' | 'what is there' | 'revocation' | 'acceptance';

export interface NamedRule {
  readonly title: string;
  readonly rule: Rule;
  /** It is left out for a fulfiller that lacks any of them. */
  readonly about: readonly Topic[];
}

/** Every rule of the contract. */
export const RULES: readonly NamedRule[] = [
  ...about([], {
    'says of itself what the core needs to know': manifest.saysWhatTheCoreNeeds,
    'takes good options': manifest.takesGoodOptions,
    'refuses bad and unknown options and names them': manifest.refusesBadOptions,
    'accepts good details, and its own reading of them': details.acceptsGoodDetails,
    'refuses bad details and names the field': details.refusesBadDetails,
    'refuses what is no details at all': details.refusesWhatIsNoDetails,
    'delivers, and has something to show for it': delivery.deliversWithReceipt,
    'does no harm when called again': delivery.secondCallIsHarmless,
    'shows no secret and no address in a receipt or a failure': secrecy.showsNoSecret,
    'writes no secret and no address to the log': secrecy.logsNoSecret,
  }),
  ...about(['revocation'], {
    'takes back, and again': revocation.revokesTwice,
    'has nothing to take back before it delivered': revocation.revokesWhatWasNeverDelivered,
  }),
  ...about(['what is there'], {
    'reads back before, after, and after taking back': readBack.verifyTellsWhatIsThere,
    'shares between the lines of a learner what its manifest says, and no more': sharesWhatItSaysItShares,
  }),
  ...about(['calls'], {
    'finds what was delivered before a crash': readBack.findsWhatACrashLeft,
    'says of a failed read-back what failed, not that nothing is there': readBack.verifyNeverTakesAFaultForAbsence,
    'reports 503 as a passing failure of the server': failures.reportsAnOutage,
    'sends a failed call once': failures.repeatsNothingByItself,
    'reports 429 with the wait that was asked for': failures.reportsThrottling,
    'reports 429 with the wait until the date that was given': failures.reportsThrottlingUntilADate,
    'reports a time-out before the delivery as unknown': failures.reportsATimeoutBeforeDelivery,
    'reports a time-out after the delivery as unknown': failures.reportsATimeoutAfterDelivery,
    'reports a reset before the delivery as unknown': failures.reportsAResetBeforeDelivery,
    'reports a reset after the delivery as unknown': failures.reportsAResetAfterDelivery,
    'reports an unreadable answer as unknown': failures.reportsGarbage,
    'waits no longer than its time-out for a dripping answer': failures.boundsASlowDrip,
    'reports a refused connection as a call that never left': failures.reportsARefusedConnection,
    'calls nobody when the signal has aborted': abort.callsNobodyWhenAborted,
    'stops when the signal aborts': abort.stopsWhenAborted,
    'stops reading back when the signal aborts': abort.stopsAReadBackWhenAborted,
  }),
  ...about(['calls', 'revocation'], {
    'says of a failed revocation what failed': revocation.revokeReportsAFault,
    'reports a revocation without an answer as unknown': revocation.revokeReportsAnUnknownOutcome,
    'stops taking back when the signal aborts': abort.stopsARevocationWhenAborted,
  }),
  ...about(['acceptance'], {
    'says that the provider accepted, and until when to wait': acceptance.acceptsForLater,
    'does no harm when called again after an acceptance': acceptance.secondAcceptanceIsHarmless,
    'finds nothing of what was accepted until it is delivered': acceptance.verifyWaitsForTheEnd,
    'reports that the provider refused what it had accepted': acceptance.verifyReportsARefusal,
  }),
  ...about(['acceptance', 'revocation'], { 'takes back what was only accepted': acceptance.revokesWhatWasOnlyAccepted }),
];

/** The rules for one fulfiller, and what those that are left out are about. One that never accepts for later misses nothing. */
export function rulesFor(harness: FulfillerHarness): { readonly rules: readonly NamedRule[]; readonly leftOut: readonly Topic[] } {
  const { revoke, asynchronous } = capabilitiesOf(harness.manifest);
  const lacks: Readonly<Record<Topic, boolean>> = { calls: harness.provider === null, 'what is there': harness.deliversNothing ?? false, revocation: !revoke, acceptance: !asynchronous };
  const rules = RULES.filter(({ about }) => !about.some((topic) => lacks[topic]));
  const topics = ['calls', 'what is there', 'revocation'] as const;
  return { rules, leftOut: topics.filter((topic) => lacks[topic]) };
}

function about(topics: readonly Topic[], rules: Readonly<Record<string, Rule>>): NamedRule[] {
  return Object.entries(rules).map(([title, rule]) => ({ title, rule, about: topics }));
}
