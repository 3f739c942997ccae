import type { User } from '../world/world.schema.js';

/** Who calls: a user, a server with the API key, both, or nobody known. */
export interface Caller {
  /** Null for an anonymous caller, which a server with nothing but the API key is too. */
  readonly user: User | null;
  readonly hasKey: boolean;
}

export const ANONYMOUS: Caller = { user: null, hasKey: false };

/** An anonymous caller's name is empty, as in the LMS. */
export function usernameOf(caller: Caller): string {
  return caller.user?.username ?? '';
}

/** Global staff by the user's own record; what a token claims does not count. */
export function isGlobalStaff(caller: Caller): boolean {
  return caller.user?.isStaff ?? false;
}

/** May act on others, choose any mode, and change existing enrollments. */
export function isPrivileged(caller: Caller): boolean {
  return caller.hasKey || isGlobalStaff(caller);
}

export function hasCourseRole(user: User, courseId: string): boolean {
  return user.roles.some((held) => held.courseId === courseId);
}
