import { detail, type LmsAnswer } from '../wire/lms-answer.js';
import type { Access, LmsCall, Resource } from '../wire/lms-call.js';
import { CHALLENGE, type Authentication } from './authenticator.js';
import { ANONYMOUS, isGlobalStaff, type Caller } from './caller.js';
import type { RateLimit } from './rate-limit.js';

const PER_MINUTE = { user: 40, staff: 120 };
const NOT_AUTHENTICATED = 'Authentication credentials were not provided.';
const NOT_PERMITTED = 'You do not have permission to perform this action.';

/** Whose call it is for this resource: a public one does not look at credentials, good or bad, except for the API key. */
export function callerFor(access: Access, authentication: Authentication): Caller {
  if (!('caller' in authentication)) return ANONYMOUS;
  return access === 'public' ? { user: null, hasKey: authentication.caller.hasKey } : authentication.caller;
}

/** Refuses a call before its operation is looked at, in the order of the LMS: credentials, permission, rate limit. */
export function refuseEntry(resource: Resource, authentication: Authentication, call: LmsCall, rateLimit: RateLimit): LmsAnswer | null {
  if (resource.access !== 'public' && 'refusal' in authentication) return authentication.refusal;
  return refuseAccess(resource.access, call.caller) ?? (resource.throttled ? refuseHaste(call, rateLimit) : null);
}

function refuseAccess(access: Access, caller: Caller): LmsAnswer | null {
  if (access === 'public' || (access === 'key_or_user' && caller.hasKey)) return null;
  if (caller.user === null) return detail(401, NOT_AUTHENTICATED, CHALLENGE);
  if (access === 'staff' && !caller.user.isStaff) return detail(403, NOT_PERMITTED);
  if (access === 'retirement' && !caller.user.isSuperuser) return detail(403, NOT_PERMITTED);
  return null;
}

/** A call with the API key is never told to wait. */
function refuseHaste({ caller, headers, addresses }: LmsCall, rateLimit: RateLimit): LmsAnswer | null {
  if (caller.hasKey) return null;
  const kind = isGlobalStaff(caller) || caller.user?.isSuperuser === true ? 'staff' : 'user';
  const name = caller.user?.username ?? `address ${headers['x-forwarded-for']?.toString() ?? addresses[0] ?? ''}`;
  const seconds = rateLimit.admit(`${kind} ${name}`, PER_MINUTE[kind]);
  return seconds === 0 ? null : throttled(seconds);
}

/** Django REST framework's 429. */
export function throttled(seconds: number): LmsAnswer {
  const unit = seconds === 1 ? 'second' : 'seconds';
  return detail(429, `Request was throttled. Expected available in ${seconds} ${unit}.`, { 'Retry-After': String(seconds) });
}
