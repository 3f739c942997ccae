import type { StubAnswer, StubCall, StubService } from '@order-fulfillment/fulfiller-kit/conformance';

interface Enrollment {
  readonly mode: string;
  readonly is_active: boolean;
  readonly user: string;
  readonly course_details: { readonly course_id: string };
}

const PATH = '/api/enrollment/v1/enrollment';

/** For specs: the LMS's Enrollment API as far as the fulfiller knows it, holding enrollments in memory. */
export class StubLms implements StubService {
  private readonly enrollments = new Map<string, Enrollment>();

  answer({ method, path, body }: StubCall): StubAnswer {
    if (method === 'POST' && path === PATH) return this.enroll(body as Enrollment);
    const key = /^\/api\/enrollment\/v1\/enrollment\/(.+)$/.exec(path)?.[1];
    if (method !== 'GET' || key === undefined) return { status: 404 };
    return { status: 200, body: this.enrollments.get(decodeURIComponent(key)) ?? null };
  }

  deliveredCount(): number {
    return [...this.enrollments.values()].filter((enrollment) => enrollment.is_active).length;
  }

  clear(): void {
    this.enrollments.clear();
  }

  /** Deactivating where there is nothing leaves an enrollment behind, as the LMS does. */
  private enroll({ user, mode, is_active, course_details }: Enrollment): StubAnswer {
    const key = `${user},${course_details.course_id}`;
    const held = this.enrollments.get(key);
    if (held && held.mode !== mode && !is_active) {
      const message = `Enrollment mode mismatch: active mode=${held.mode}, requested mode=${mode}. Won't deactivate.`;
      return { status: 400, body: { message } };
    }
    const enrollment = { mode, is_active, user, course_details };
    this.enrollments.set(key, enrollment);
    return { status: 200, body: enrollment };
  }
}
