import { SignJWT } from 'jose';
import type { LedgerCall } from '../ledger/ledger.js';
import { startSandbox, type Sandbox } from '../sandbox.js';
import type { Enrollment } from '../world/enrollment.store.js';
import type { Seed } from '../world/seed.js';

export const API_KEY = 'key-of-the-specs';
export const JWT_SECRET = 'secret-of-the-specs-0123456789abcdef';
export const BIOLOGY = 'course-v1:AcmeX+BIO1+2026';
export const CHEMISTRY = 'course-v1:AcmeX+CHEM1+2026';
export const PHYSICS = 'course-v1:AcmeX+PHYS1+2026';
export const MATHEMATICS = 'course-v1:AcmeX+MATH1+2026';

const ENROLLMENT = '/api/enrollment/v1/enrollment';
const WITH_KEY = { 'X-Edx-Api-Key': API_KEY };

/** An answer, read to its end. `json` is undefined where the body is none. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // A spec looks into bodies of every shape.
  readonly json: { [field: string]: unknown };
}

export interface Wish {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

export type SeenEnrollment = Omit<Enrollment, 'username'> & { readonly user: string };

/** A sandbox on free ports, with the two hands that a spec needs: one for the LMS, one for the control API. */
export class TestSandbox {
  private constructor(readonly sandbox: Sandbox) {}

  static async start(stateFile: string | null = null): Promise<TestSandbox> {
    return new TestSandbox(await startSandbox({ port: 0, controlPort: 0, host: '127.0.0.1', apiKey: API_KEY, jwtSecret: JWT_SECRET, stateFile }));
  }

  lms(path: string, wish: Wish = {}): Promise<Answer> {
    return ask(`${this.sandbox.lmsUrl}${path}`, wish);
  }

  get controlUrl(): string {
    return this.sandbox.controlUrl;
  }

  control(method: string, path: string, body?: unknown): Promise<Answer> {
    return ask(`${this.sandbox.controlUrl}${path}`, { method, ...(body !== undefined && { body }) });
  }

  /** `POST enrollment` for learner1 in Biology One, unless the fields say otherwise. With the API key, unless the headers say otherwise. */
  enroll(fields: Record<string, unknown> = {}, headers: Record<string, string> = WITH_KEY): Promise<Answer> {
    const { course = BIOLOGY, ...rest } = fields;
    const body = { user: 'learner1', course_details: { course_id: course }, ...rest };
    return this.lms(ENROLLMENT, { method: 'POST', headers, body });
  }

  async break(...faults: readonly Record<string, unknown>[]): Promise<void> {
    const { status, text } = await this.control('PUT', '/faults', faults);
    if (status !== 200) throw new Error(text);
  }

  async seed(seed: Seed): Promise<void> {
    const { status, text } = await this.control('POST', '/seed', seed);
    if (status !== 200) throw new Error(text);
  }

  async shiftClock(offsetMs: number): Promise<void> {
    await this.control('PUT', '/clock', { offsetMs });
  }

  async ledger(): Promise<readonly LedgerCall[]> {
    return (await this.control('GET', '/ledger')).json['calls'] as LedgerCall[];
  }

  /** The enrollment of learner1 in Biology One, or of whom else. */
  async enrollment(user = 'learner1', course = BIOLOGY): Promise<SeenEnrollment | undefined> {
    const { json } = await this.control('GET', `/enrollments?user=${user}&courseId=${encodeURIComponent(course)}`);
    return (json as unknown as SeenEnrollment[])[0];
  }

  async reset(): Promise<void> {
    await this.control('POST', '/reset');
  }

  stop(): Promise<void> {
    return this.sandbox.stop();
  }
}

/** The header of a user's own JWT. */
export async function asUser(username: string, claims: Record<string, unknown> = {}, secret = JWT_SECRET): Promise<Record<string, string>> {
  return { Authorization: `JWT ${await signToken({ preferred_username: username, ...claims }, secret)}` };
}

/** Good for an hour, unless the claims say otherwise. */
export function signToken(claims: Record<string, unknown>, secret = JWT_SECRET): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iat: now, exp: now + 3600, ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));
}

export const withKey = WITH_KEY;

async function ask(url: string, { method = 'GET', headers = {}, body }: Wish): Promise<Answer> {
  const content = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const response = await fetch(url, { method, redirect: 'manual', headers: { ...type, ...headers }, ...content });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parse(text) };
}

function parse(text: string): Answer['json'] {
  try {
    return JSON.parse(text) as Answer['json'];
  } catch {
    return {};
  }
}
