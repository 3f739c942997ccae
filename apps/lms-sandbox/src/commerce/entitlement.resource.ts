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
const NO_UUID = ['Must be a valid UUID.'];
/** The LMS's pattern of the path: in lower case only. */
const UUID_AT_END = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\/$/;
const UUID = /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i;

/** Entitlements: bought courses without a run. Not idempotent: a repeated POST of one order is a 400. */
export function entitlementResources(world: World): readonly Resource[] {
  return [
    { path: PATH, access: 'user', throttled: false, operations: { GET: (call) => list(call, world), POST: (call) => create(call, world) } },
    { path: `${PATH}*`, accepts: (rest) => UUID_AT_END.test(rest), access: 'user', throttled: false, operations: { GET: (call) => show(call, world), DELETE: (call) => revoke(call, world) } },
  ];
}

function create({ body, caller }: LmsCall, world: World): LmsAnswer {
  if (caller.user?.isStaff !== true) return notPermitted();
  const fields = fieldsOf(body);
  const problems = problemsOf(fields, world);
  if (Object.keys(problems).length > 0) return json(400, problems);
  const { order_number: orderNumber } = fields;
  const wanted = { username: String(fields['user']), courseUuid: String(fields['course_uuid']).toLowerCase(), mode: String(fields['mode']), orderNumber: typeof orderNumber === 'string' ? orderNumber : null };
  if (wanted.orderNumber !== null && world.entitlements.findByOrder(wanted.courseUuid, wanted.orderNumber) !== undefined) {
    return json(400, { non_field_errors: ['The fields course_uuid, order_number must make a unique set.'] });
  }
  // The real one also upgrades an active enrollment in the course; which run belongs to the uuid is not known here.
  return json(201, view(world.entitlements.create(wanted, world.clock.nowIso())), { effect: 'created' });
}

/** Field by field. Whether the order has one already is asked only when all are right. */
function problemsOf(fields: Readonly<Record<string, unknown>>, world: World): Record<string, readonly string[]> {
  const judges = {
    user: (name: string) => (world.users.find(name) === undefined ? [`Object with username=${name} does not exist.`] : []),
    course_uuid: (uuid: string) => (UUID.test(uuid) ? [] : NO_UUID),
    mode: () => [],
  };
  const judged = Object.entries(judges).map(([name, judge]): [string, readonly string[]] => {
    const value = fields[name];
    return [name, typeof value === 'string' && value !== '' ? judge(value) : REQUIRED];
  });
  return Object.fromEntries(judged.filter(([, problems]) => problems.length > 0));
}

function list({ query, caller, origin, path }: LmsCall, world: World): LmsAnswer {
  const uuids = (query.get('uuid') ?? '').split(',').filter((uuid) => uuid !== '');
  const wanted = query.get('user');
  // Staff see others' only when they name whose.
  const seen = caller.user?.isStaff === true && wanted !== null ? wanted : caller.user?.username;
  const found = world.entitlements.all().filter(({ username, uuid }) => username === seen && username === (wanted ?? username) && (uuids.length === 0 || uuids.includes(uuid)));
  const size = Math.min(Number(query.get('page_size')) || USUAL_PAGE, MOST_PER_PAGE);
  const page = Number(query.get('page') ?? 1);
  const pages = Math.max(1, Math.ceil(found.length / size));
  if (!Number.isInteger(page) || page < 1 || page > pages) return detail(404, 'Invalid page.');
  const link = (to: number): string | null => (to < 1 || to > pages ? null : `${origin}${path}?${new URLSearchParams({ ...Object.fromEntries(query), page: String(to) }).toString()}`);
  const results = found.slice((page - 1) * size, page * size).map(view);
  return json(200, { count: found.length, num_pages: pages, current_page: page, next: link(page + 1), previous: link(page - 1), start: (page - 1) * size, results });
}

function show({ rest, caller }: LmsCall, world: World): LmsAnswer {
  const entitlement = world.entitlements.find(rest.replace(/\/$/, ''));
  return entitlement !== undefined && maySee(caller.user, entitlement) ? json(200, view(entitlement)) : notFound();
}

function revoke({ rest, caller }: LmsCall, world: World): LmsAnswer {
  if (caller.user?.isStaff !== true) return notPermitted();
  const entitlement = world.entitlements.find(rest.replace(/\/$/, ''));
  if (entitlement === undefined) return notFound();
  // One that has expired keeps its date.
  if (entitlement.expiredAt !== null) return empty(204);
  world.entitlements.expire(entitlement, world.clock.nowIso());
  return { ...empty(204), effect: 'deactivated' };
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
