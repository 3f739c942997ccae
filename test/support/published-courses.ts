import { randomUUID } from 'node:crypto';
import type { Answer, ProblemBody } from './api-client.js';
import { TEST_LMS_API_KEY } from './processes.js';
import type { Shop } from './shop.js';

/** A mode as the Commerce API of the LMS shows it. */
export interface ModeAtLms {
  readonly name: string;
  readonly price: number;
  readonly currency: string;
  readonly sku: string | null;
  readonly expires: string | null;
}

export interface PublicationBody {
  readonly courseId: string;
  readonly status: string;
  readonly wantedVersion: number;
  readonly publishedVersion: number | null;
  readonly nextAttemptAt: string | null;
  readonly reason: string | null;
  readonly requestedBy: string;
  readonly tries: number;
  readonly failure: { readonly kind: string; readonly detail: string; readonly httpStatus: number | null } | null;
  readonly extraModes: readonly { readonly mode: string; readonly price: number; readonly currency: string }[];
  readonly removableModes: readonly string[];
  readonly attempts: readonly { readonly outcome: string; readonly version: number; readonly httpStatus: number | null; readonly detail: string | null; readonly removedModes: readonly string[]; readonly requestedBy: string }[];
  readonly requests: readonly { readonly actor: string; readonly reason: string; readonly removableModes: readonly string[] }[];
}

export type Prices = Readonly<Record<string, number>>;

/** Courses as an editor knows them: by their prices in whole units, through the API, and as the LMS shows them. */
export class PublishedCourses {
  constructor(private readonly shop: Shop) {}

  /** A course run that the LMS knows, without any mode unless some are given. */
  async atLmsWith(modes: readonly object[] = []): Promise<string> {
    const id = `course-v1:AcmeX+${randomUUID().slice(0, 8)}+2026`;
    await this.seed(id, modes);
    return id;
  }

  /** Edits the LMS behind our back. */
  async seed(id: string, modes: readonly object[]): Promise<void> {
    await this.shop.lms.control.seed({ courses: [{ id, name: 'A course', modes }] });
  }

  /** Saves a course with exactly these modes. */
  async save(id: string, prices: Prices, more: Readonly<Record<string, object>> = {}): Promise<Answer<ProblemBody & { readonly version: number }>> {
    const path = `/v1/courses/${encodeURIComponent(id)}`;
    const { status, headers } = await this.shop.ask('GET', path, { token: this.shop.staff });
    const condition: Record<string, string> = status === 404 ? { 'if-none-match': '*' } : { 'if-match': headers.get('etag') ?? '' };
    const modes = Object.entries(prices).map(([mode, price]) => ({ mode, priceMinor: price * 100, currency: 'USD', ...more[mode] }));
    return this.shop.ask('PUT', `${path}?confirm=true`, { token: this.shop.staff, headers: condition, body: { name: 'A course', modes } });
  }

  async publication(id: string): Promise<Answer<PublicationBody & ProblemBody>> {
    return this.shop.ask('GET', `/v1/publications/${encodeURIComponent(id)}`, { token: this.shop.staff });
  }

  async republish(id: string, body: object = { reason: 'to be sure' }): Promise<Answer<PublicationBody & ProblemBody>> {
    return this.shop.ask('POST', `/v1/publications/${encodeURIComponent(id)}/republish`, { token: this.shop.staff, body });
  }

  /** The course's modes at the LMS; none where it has no such course. */
  async modes(id: string): Promise<readonly ModeAtLms[]> {
    const response = await fetch(`${this.shop.lms.url}/api/commerce/v1/courses/${encodeURIComponent(id)}/`, { headers: { 'x-edx-api-key': TEST_LMS_API_KEY } });
    return response.ok ? ((await response.json()) as { modes: ModeAtLms[] }).modes : [];
  }

  async prices(id: string): Promise<Prices> {
    return Object.fromEntries((await this.modes(id)).map(({ name, price }) => [name, price]));
  }

  /** Calls of the LMS that could change the course there. */
  async puts(id: string): Promise<string[]> {
    const calls = await this.shop.lms.control.ledger({ courseId: id, method: 'PUT' });
    return calls.map(({ path }) => (path.includes('/credit/') ? 'credit' : 'modes'));
  }
}
