import { detail, json, type LmsAnswer } from '../wire/lms-answer.js';
import { fieldsOf, type LmsCall, type Resource } from '../wire/lms-call.js';
import type { CreditProvider } from '../world/world.schema.js';
import type { World } from '../world/world.js';

/** Credit: which courses give it, and who grants it. */
export function creditResources(world: World): readonly Resource[] {
  return [
    { path: '/api/credit/v1/courses/*', access: 'staff', throttled: false, operations: { PUT: (call) => putCourse(call, world) } },
    { path: '/api/credit/v1/providers/', access: 'user', throttled: false, operations: { GET: (call) => listProviders(call, world) } },
    { path: '/api/credit/v1/providers/*', access: 'user', throttled: false, operations: { GET: (call) => showProvider(call, world) } },
  ];
}

/** 201 the first time, 200 from then on, the same body both times. */
function putCourse({ rest, body }: LmsCall, world: World): LmsAnswer {
  const courseId = rest.replace(/\/$/, '');
  const course = world.courses.get(courseId);
  if (course === undefined) return detail(404, 'Not found.');
  const enabled = fieldsOf(body)['enabled'] === true;
  const isNew = !course.creditEnabled;
  world.upsertCourse({ id: courseId, creditEnabled: enabled });
  return json(isNew ? 201 : 200, { course_key: courseId, enabled });
}

function listProviders({ query }: LmsCall, world: World): LmsAnswer {
  const wanted = (query.get('provider_ids') ?? '').split(',').filter((id) => id !== '');
  const found = [...world.creditProviders.values()].filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  return json(200, found.map(view));
}

function showProvider({ rest }: LmsCall, world: World): LmsAnswer {
  const provider = world.creditProviders.get(rest.replace(/\/$/, ''));
  return provider === undefined ? detail(404, 'Not found.') : json(200, view(provider));
}

function view({ id, displayName, url }: CreditProvider): Record<string, unknown> {
  return {
    id,
    display_name: displayName,
    url,
    status_url: url,
    description: '',
    enable_integration: false,
    fulfillment_instructions: '',
    thumbnail_url: '',
  };
}
