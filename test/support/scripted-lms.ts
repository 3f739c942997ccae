import type { CommerceClient, LmsCall, LmsCourse } from '#lms';

type Verb = 'find' | 'publish' | 'enableCredit';

/** What an LMS does with one call: returns, waits or throws. */
export type Turn = (course: { readonly id: string; readonly call: LmsCall }) => void | Promise<void>;

const KEPT = 'masters';

/** An LMS that keeps what it is told, and before and after each call does what a test says: for races that no real one can be brought to. */
export class ScriptedLms implements Pick<CommerceClient, Verb> {
  readonly courses = new Map<string, LmsCourse>();
  /** `<verb> <course id>`, in the order in which they arrived. */
  readonly calls: string[] = [];
  /** What the next calls of a verb do before they are done, one each. */
  readonly before: Record<Verb, Turn[]> = { find: [], publish: [], enableCredit: [] };
  /** The same after they are done: what they answer is lost when it throws. */
  readonly after: Record<Verb, Turn[]> = { find: [], publish: [], enableCredit: [] };

  find(id: string, call: LmsCall): Promise<LmsCourse | null> {
    return this.play('find', id, call, () => this.courses.get(id) ?? null);
  }

  publish(course: LmsCourse, call: LmsCall): Promise<LmsCourse> {
    return this.play('publish', course.id, call, () => this.take(course));
  }

  enableCredit(id: string, call: LmsCall): Promise<void> {
    return this.play('enableCredit', id, call, () => undefined);
  }

  /** What a publication changes, when it arrives. */
  take(course: LmsCourse): LmsCourse {
    const kept = this.courses.get(course.id)?.modes.filter(({ slug }) => slug === KEPT) ?? [];
    this.courses.set(course.id, { ...course, modes: [...course.modes, ...kept] });
    return course;
  }

  /** What was not played is not played any more. */
  forgetScript(): void {
    for (const turns of [...Object.values(this.before), ...Object.values(this.after)]) turns.length = 0;
  }

  /** Prices by mode, as the LMS has them. */
  prices(id: string): Record<string, number> {
    return Object.fromEntries(this.courses.get(id)?.modes.map(({ slug, price }) => [slug, price]) ?? []);
  }

  /** Verbs of the calls for a course. */
  verbs(id: string): string[] {
    return this.calls.filter((call) => call.endsWith(` ${id}`)).map((call) => call.slice(0, call.indexOf(' ')));
  }

  private async play<Answer>(verb: Verb, id: string, call: LmsCall, answer: () => Answer): Promise<Answer> {
    call.onCall?.();
    this.calls.push(`${verb} ${id}`);
    await this.before[verb].shift()?.({ id, call });
    const given = answer();
    await this.after[verb].shift()?.({ id, call });
    return given;
  }
}
