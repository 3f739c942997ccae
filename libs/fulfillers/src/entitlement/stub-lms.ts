import { randomUUID } from 'node:crypto';
import type { StubAnswer, StubCall, StubService } from '@order-fulfillment/fulfiller-kit/conformance';

interface Wanted {
  readonly user: string;
  readonly course_uuid: string;
  readonly mode: string;
  readonly order_number: string;
}

interface StubEntitlement extends Wanted {
  readonly uuid: string;
  expired_at: string | null;
}

const PATH = '/api/entitlements/v1/entitlements/';
const TOKENS = '/oauth2/access_token';

/** What the stub gives as a token, and takes as one. */
export const TOKEN = 't0ken-of-the-stub';

/** For specs: the LMS's entitlements as far as the fulfiller knows them, held in memory, and the tokens that they are called with. */
export class StubLms implements StubService {
  private readonly entitlements = new Map<string, StubEntitlement>();

  answer({ method, path, headers, body }: StubCall): StubAnswer {
    if (path === TOKENS) return { status: 200, body: { access_token: TOKEN, expires_in: 3600, token_type: 'JWT' } };
    if (headers.authorization !== `JWT ${TOKEN}`) return { status: 401, body: { detail: 'Authentication credentials were not provided.' } };
    const { pathname, searchParams } = new URL(path, 'http://stub');
    if (method === 'DELETE') return this.expire(pathname.slice(PATH.length, -1));
    if (pathname !== PATH) return { status: 404 };
    return method === 'POST' ? this.create(body as Wanted) : this.list(searchParams.get('user'));
  }

  deliveredCount(): number {
    return this.all().filter(({ expired_at: expiredAt }) => expiredAt === null).length;
  }

  clear(): void {
    this.entitlements.clear();
  }

  all(): StubEntitlement[] {
    return [...this.entitlements.values()];
  }

  /** An order has one of a course, expired or not. */
  private create(wanted: Wanted): StubAnswer {
    const { course_uuid: course, order_number: order } = wanted;
    if (this.all().some((held) => held.course_uuid === course && held.order_number === order)) {
      return { status: 400, body: { non_field_errors: ['Die Felder course_uuid, order_number müssen eine eindeutige Menge bilden.'] } };
    }
    const created = { ...wanted, uuid: randomUUID(), expired_at: null };
    this.entitlements.set(created.uuid, created);
    return { status: 201, body: created };
  }

  private list(user: string | null): StubAnswer {
    return { status: 200, body: { next: null, results: this.all().filter((held) => held.user === user) } };
  }

  private expire(uuid: string): StubAnswer {
    const held = this.entitlements.get(uuid);
    if (held === undefined) return { status: 404, body: { detail: 'Not found.' } };
    held.expired_at ??= '2026-03-04T09:15:20.130871Z';
    return { status: 204 };
  }
}
