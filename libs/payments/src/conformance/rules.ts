import * as failures from './failure.rules.js';
import type { Scenario } from './harness.js';
import * as manifest from './manifest.rules.js';
import * as payments from './payment.rules.js';
import * as refunds from './refund.rules.js';
import type { Rule } from './rule.js';
import * as secrecy from './secrecy.rules.js';
import * as webhooks from './webhook.rules.js';

export interface NamedRule {
  readonly title: string;
  readonly rule: Rule;
  /** It is left out where the stand-in cannot behave so. */
  readonly needs: readonly Scenario[];
}

/** Every rule of the contract. */
export const RULES: readonly NamedRule[] = [
  ...needing([], {
    'says of itself what the core needs to know': manifest.saysWhatTheCoreNeeds,
    'takes good options': manifest.takesGoodOptions,
    'refuses bad and unknown options and names them': manifest.refusesBadOptions,
    'gives one reference for one payment, however often it is started': payments.givesOneReference,
    'has the gateway write down whose payment it is': payments.writesDownWhose,
    'asks for, takes and returns exactly what it was told': payments.asksForExactlyThat,
    'refuses what the gateway cannot express': payments.refusesWhatCannotBeExpressed,
    'tells the buyer what to do': payments.tellsTheBuyerWhatToDo,
    'starts again without harm after the money was taken': payments.startsAgainWithoutHarm,
    'makes nothing where the reference of the payment is known': payments.makesNothingTwice,
    'knows nothing of a payment that the gateway does not know': payments.knowsNothingOfTheUnknown,
    'takes the money once, however often it is confirmed': payments.takesTheMoneyOnce,
    'reads back what was taken': payments.readsBackWhatWasTaken,
    'takes nothing that the buyer has not agreed to': payments.takesNothingUnasked,
    'tells that the buyer was declined': payments.tellsOfADecline,
    'lets nobody pay what was canceled': payments.letsNobodyPayWhatWasCanceled,
    'says when it is too late to cancel': payments.saysWhenItIsTooLateToCancel,
    'returns money once for one key': refunds.returnsOnce,
    'returns no more than was taken': refunds.returnsNoMoreThanWasTaken,
    'returns nothing that was not taken': refunds.returnsNothingThatWasNotTaken,
    'finds its refunds, and those of others': refunds.findsEveryRefund,
    'lists what was taken in a window': refunds.listsWhatWasTaken,
    'believes what the gateway has signed, and says which payment it is about': webhooks.believesTheGateway,
    'believes a delivery that is late': webhooks.believesWhatIsNotTooOld,
    'believes a second secret while they are changed': webhooks.believesASecondSecret,
    'refuses what is not signed': webhooks.refusesTheUnsigned,
    'refuses what somebody else has signed': webhooks.refusesAnotherSecret,
    'refuses other bytes than those that were signed': webhooks.refusesOtherBytes,
    'refuses what is too old': webhooks.refusesTheOld,
    'refuses what comes from the future': webhooks.refusesTheFuture,
    'refuses nonsense in the place of a signature': webhooks.refusesNonsense,
    'shows no secret in what it reads or in a failure': secrecy.showsNoSecret,
    'writes no secret to the log': secrecy.logsNoSecret,
    'reports a refused connection as a call that never left': failures.reportsARefusedConnection,
    'calls nobody when the signal has aborted': failures.callsNobodyWhenAborted,
  }),
  ...needing(['hangBefore'], { 'ends when the signal aborts': failures.endsWhenAborted }),
  ...needing(['unavailable', 'throttled', 'resetBefore'], { 'sends a failed call once': failures.repeatsNothingByItself }),
  ...needing([], { 'says of a failed read-back what failed, not that nothing is there': failures.takesNoFaultForAbsence }),
  ...faults({
    unavailable: 'reports 503 as a passing failure that may have arrived',
    throttled: 'reports 429 with the wait that was asked for',
    refusesUs: 'reports 401 as a failure of the configuration',
    hangBefore: 'reports a time-out before the deed as unknown',
    hangAfter: 'reports a time-out after the deed as unknown',
    resetBefore: 'reports a reset before the deed as unknown',
    resetAfter: 'reports a reset after the deed as unknown',
    garbage: 'reports an unreadable answer as unknown',
    errorBody: 'takes 200 with the body of an error for no success',
    slowDrip: 'waits no longer than its time-out for a dripping answer',
  }),
];

function needing(needs: readonly Scenario[], rules: Readonly<Record<string, Rule>>): NamedRule[] {
  return Object.entries(rules).map(([title, rule]) => ({ title, rule, needs }));
}

function faults(titles: Readonly<Partial<Record<Scenario, string>>>): NamedRule[] {
  return (Object.entries(titles) as [Scenario, string][]).map(([scenario, title]) => ({ title, rule: failures.reports(scenario), needs: [scenario] }));
}
