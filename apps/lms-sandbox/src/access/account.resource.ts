import { randomBytes } from 'node:crypto';
import { empty, json, type LmsAnswer } from '../wire/lms-answer.js';
import type { LmsCall, Resource } from '../wire/lms-call.js';
import type { World } from '../world/world.js';

/** The accounts API for one user, and the token that a browser needs before it may change anything. */
export function accountResources(world: World): readonly Resource[] {
  return [
    // The accounts API does not know the API key.
    { path: '/api/user/v1/accounts/*', access: 'user', throttled: false, operations: { GET: (call) => showAccount(call, world) } },
    { path: '/csrf/api/v1/token', access: 'public', throttled: false, operations: { GET: issueCsrfToken } },
  ];
}

/** The contract names the path only. The fields are those that its clients read; a stranger sees the public ones. */
function showAccount({ rest, caller }: LmsCall, world: World): LmsAnswer {
  const user = world.users.find(rest);
  if (user === undefined) return empty(404);
  const isOwn = caller.user?.username === user.username;
  const shared = { username: user.username, profile_image: { has_image: false }, account_privacy: 'private' };
  if (!isOwn && caller.user?.isStaff !== true) return json(200, shared);
  return json(200, { ...shared, id: user.id, email: user.email, name: '', is_active: user.isActive, country: user.country });
}

function issueCsrfToken({ headers }: LmsCall): LmsAnswer {
  const held = /(?:^|;\s*)csrftoken=([0-9a-f]+)/.exec(headers.cookie ?? '')?.[1];
  const token = held ?? randomBytes(32).toString('hex');
  return json(200, { csrfToken: token }, { headers: { 'Set-Cookie': `csrftoken=${token}; Path=/; SameSite=Lax` } });
}
