import { isPrivileged } from '../access/caller.js';
import { message } from '../wire/lms-answer.js';
import { pythonText } from '../wire/python-text.js';
import type { Enrollment } from '../world/enrollment.store.js';
import { missingAttribute } from './attribute.rules.js';
import type { EnrollmentCase, Refused, Steps } from './enrollment.case.js';
import { MESSAGES } from './enrollment.messages.js';
import { refuseUnavailableMode } from './mode.rules.js';

/** The record to change in place: for callers who may, where the request differs from what is. Everything else is an addition. */
export function recordToChange({ request, caller, record }: EnrollmentCase): Enrollment | null {
  if (record === undefined || !isPrivileged(caller)) return null;
  const modeChanges = request.mode !== null && request.mode !== record.mode;
  const activationChanges = request.isActive !== null && request.isActive !== record.isActive;
  return modeChanges || activationChanges ? record : null;
}

/** Any direction, whether the course is open or full or the mode has expired. */
export function planChange(subject: EnrollmentCase, record: Enrollment, now: number): Refused | Steps {
  const { mode } = subject.request;
  const isActive = typeof subject.request.isActive === 'boolean' ? subject.request.isActive : record.isActive;
  if (mode !== null && mode !== record.mode && record.isActive && !isActive) {
    return { refusal: message(400, MESSAGES.modeMismatch(record.mode, mode)) };
  }
  const missing = missingAttribute(mode, subject.attributes);
  if (missing !== null) return { refusal: message(400, MESSAGES.missingAttributes(pythonText(mode), missing)) };
  // The contract gives expired modes to the key and to staff alike.
  const unavailable = mode === null ? null : refuseUnavailableMode(subject.course, { mode, requested: mode, includeExpired: true }, now);
  return unavailable ?? { steps: [{ mode: mode ?? record.mode, isActive }] };
}
