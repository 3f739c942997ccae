import { empty, json, detail, type LmsAnswer } from '../wire/lms-answer.js';
import { fieldsOf, type LmsCall, type Resource } from '../wire/lms-call.js';
import type { Entitlement } from '../world/entitlement.store.js';
import type { User } from '../world/world.schema.js';
import type { World } from '../world/world.js';
import { microseconds } from '../enrollment/enrollment.view.js';

const PATH = '/api/entitlements/v1/entitlements/';
const USUAL_PAGE = 50;
const MOST_PER_PAGE = 100;
const REQUIRED = ['This field is required.'];

/** Entitlements: bought courses without a run. Not idempotent: a repeated POST of one order is a 400. */
export function entitlementResources(world: World): readonly Resource[] {
  return [
    { path: PATH, access: 'user', throttled: false, operations: { GET: (call) => list(call, world), POST: (call) => create(call, world) } },
    { path: `${PATH}*`, access: 'user', throttled: false, operations: { GET: (call) => show(call, world), DELETE: (call) => revoke(call, world) } },
  ];
}

function create({ body, caller }: LmsCall, world: World): LmsAnswer {
  if (caller.user?.isStaff !== true) return notPermitted();
  const fields = fieldsOf(body);
  const { user, course_uuid: courseUuid, mode, order_number: orderNumber = null } = fields;
  const missing = Object.entries({ user, course_uuid: courseUuid, mode }).filter(([, value]) => typeof value !== 'string' || value === '');
  if (missing.length > 0) return json(400, Object.fromEntries(missing.map(([name]) => [name, REQUIRED])));
  const learner = world.users.find(String(user));
  if (learner === undefined) return json(400, { user: [`Object with username=${String(user)} does not exist.`] });
  const wanted = { username: learner.username, courseUuid: String(courseUuid), mode: String(mode), orderNumber: typeof orderNumber === 'string' ? orderNumber : null };
  if (wanted.orderNumber !== null && world.entitlements.findByOrder(wanted.courseUuid, wanted.orderNumber) !== undefined) {
    return json(400, { non_field_errors: ['The fields course_uuid, order_number must make a unique set.'] });
  }
  // The real one also upgrades an active enrollment in the course; which run belongs to the uuid is not known here.
  return json(201, view(world.entitlements.create(wanted, world.clock.nowIso())));
}

function list({ query, caller, origin, path }: LmsCall, world: World): LmsAnswer {
  const uuids = (query.get('uuid') ?? '').split(',').filter((uuid) => uuid !== '');
  const found = world.entitlements.all().filter((entitlement) => {
    if (!maySee(caller.user, entitlement)) return false;
    return (query.get('user') ?? entitlement.username) === entitlement.username && (uuids.length === 0 || uuids.includes(entitlement.uuid));
  });
  const size = Math.min(Number(query.get('page_size')) || USUAL_PAGE, MOST_PER_PAGE);
  const page = Math.max(1, Number(query.get('page')) || 1);
  const link = (to: number): string | null => (to < 1 || (to - 1) * size >= found.length ? null : `${origin}${path}?page=${to}&page_size=${size}`);
  const results = found.slice((page - 1) * size, page * size).map(view);
  return json(200, { count: found.length, num_pages: Math.max(1, Math.ceil(found.length / size)), current_page: page, next: link(page + 1), previous: link(page - 1), results });
}

function show({ rest, caller }: LmsCall, world: World): LmsAnswer {
  const entitlement = world.entitlements.find(rest.replace(/\/$/, ''));
  return entitlement !== undefined && maySee(caller.user, entitlement) ? json(200, view(entitlement)) : notFound();
}

function revoke({ rest, caller }: LmsCall, world: World): LmsAnswer {
  if (caller.user?.isStaff !== true) return notPermitted();
  const entitlement = world.entitlements.find(rest.replace(/\/$/, ''));
  if (entitlement === undefined) return notFound();
  world.entitlements.expire(entitlement, world.clock.nowIso());
  return empty(204);
}

function maySee(user: User | null, entitlement: Entitlement): boolean {
  return user !== null && (user.isStaff || user.username === entitlement.username);
}

function view(entitlement: Entitlement): Record<string, unknown> {
  return {
    user: entitlement.username,
    uuid: entitlement.uuid,
    course_uuid: entitlement.courseUuid,
    enrollment_course_run: null,
    expired_at: entitlement.expiredAt === null ? null : microseconds(entitlement.expiredAt),
    created: microseconds(entitlement.createdAt),
    modified: microseconds(entitlement.modifiedAt),
    mode: entitlement.mode,
    refund_locked: false,
    order_number: entitlement.orderNumber,
    support_details: [],
  };
}

function notFound(): LmsAnswer {
  return detail(404, 'Not found.');
}

function notPermitted(): LmsAnswer {
  return detail(403, 'You do not have permission to perform this action.');
}
