import { callsNobodyWhenAborted, stopsWhenAborted } from './abort.rules.js';
import { deliversWithReceipt, revokesTwice, revokesWhatWasNeverDelivered, secondCallIsHarmless } from './delivery.rules.js';
import { acceptsGoodDetails, refusesBadDetails, refusesWhatIsNoDetails } from './details.rules.js';
import * as failures from './failure.rules.js';
import type { FulfillerHarness } from './harness.js';
import { findsWhatACrashLeft, revokeReportsAFault, verifyNeverTakesAFaultForAbsence, verifyTellsWhatIsThere } from './read-back.rules.js';
import type { Rule } from './rule.js';
import { failuresShowNoSecret } from './secrecy.rules.js';

const RULE_TIMEOUT_MS = 60_000;

type Rules = Readonly<Record<string, Rule>>;

const RULES: Rules = {
  'accepts good details, and its own reading of them': acceptsGoodDetails,
  'refuses bad details and names the field': refusesBadDetails,
  'refuses what is no details at all': refusesWhatIsNoDetails,
  'delivers, and has something to show for it': deliversWithReceipt,
  'does no harm when called again': secondCallIsHarmless,
  'takes back, and again': revokesTwice,
  'has nothing to take back before it delivered': revokesWhatWasNeverDelivered,
};

const RULES_ABOUT_CALLS: Rules = {
  'reads back before, after, and after taking back': verifyTellsWhatIsThere,
  'finds what was delivered before a crash': findsWhatACrashLeft,
  'says of a failed read-back that it failed, not that nothing is there': verifyNeverTakesAFaultForAbsence,
  'says of a failed revocation that it failed': revokeReportsAFault,
  'reports 503 as a passing failure of the server': failures.reportsAnOutage,
  'sends a failed call once': failures.repeatsNothingByItself,
  'reports 429 with the wait that was asked for': failures.reportsThrottling,
  'reports a time-out before the delivery as unknown': failures.reportsATimeoutBeforeDelivery,
  'reports a time-out after the delivery as unknown': failures.reportsATimeoutAfterDelivery,
  'reports a reset before the delivery as unknown': failures.reportsAResetBeforeDelivery,
  'reports a reset after the delivery as unknown': failures.reportsAResetAfterDelivery,
  'reports an unreadable answer as unknown': failures.reportsGarbage,
  'waits no longer than its time-out for a dripping answer': failures.boundsASlowDrip,
  'reports a refused connection as a call that never left': failures.reportsARefusedConnection,
  'calls nobody when the signal has aborted': callsNobodyWhenAborted,
  'stops when the signal aborts': stopsWhenAborted,
  'shows no secret and no address in a failure': failuresShowNoSecret,
};

/**
 * The conformance suite: call it in a Jest spec (it uses the global `describe` and `it`) of every fulfiller.
 * Starts the harness's provider before the rules and stops it after them.
 */
export function describeFulfiller(name: string, harness: FulfillerHarness): void {
  const rules = harness.provider === null ? RULES : { ...RULES, ...RULES_ABOUT_CALLS };
  describe(`${name} keeps the contract of a fulfiller: it`, () => {
    beforeAll(() => harness.provider?.start());
    afterAll(() => harness.provider?.stop());
    for (const [title, rule] of Object.entries(rules)) it(title, () => rule(harness), RULE_TIMEOUT_MS);
  });
}
