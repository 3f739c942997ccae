import { hash } from 'node:crypto';

/** The longest that anybody may keep a public answer. */
const MOST_MS = 60_000;

export interface AnswerTimes {
  /** When what it says was read, by PostgreSQL's clock. */
  readonly at: Date;
  /** The first instant, by the same clock, at which it would be another without anybody's doing, such as the end of a sale. Null: none is known. */
  readonly changesAt: Date | null;
}

/** An answer that anybody may have, and keep for a while. Finished: it is sent as it is, however often. Times are by the monotonic clock. */
export class PublicAnswer {
  private constructor(
    readonly body: string,
    /** Strong: two bodies with the same one are the same to the byte. */
    readonly etag: string,
    /** Not later than what it says was read, or was last found unchanged. */
    readonly readAtMs: number,
    /** When it will be another by itself. */
    readonly changesAtMs: number,
  ) {}

  static of(body: string, { at, changesAt }: AnswerTimes, readAtMs: number): PublicAnswer {
    const changesAtMs = changesAt === null ? Infinity : readAtMs + (changesAt.getTime() - at.getTime());
    return new PublicAnswer(body, `"${hash('sha256', body, 'base64url')}"`, readAtMs, changesAtMs);
  }

  /** The same answer, found unchanged by a question that was asked at this time. */
  foundUnchanged(readAtMs: number): PublicAnswer {
    return new PublicAnswer(this.body, this.etag, readAtMs, this.changesAtMs);
  }

  /** For how many more whole seconds it may be kept; 0: it has to be asked for again each time. */
  maxAgeSeconds(nowMs = performance.now()): number {
    return Math.max(0, Math.floor((Math.min(this.readAtMs + MOST_MS, this.changesAtMs) - nowMs) / 1_000));
  }
}

/**
 * Finishes an answer. `content` becomes JSON.
 *
 * @param readAtMs by `performance.now()`, from before it was read. What is left out counts as read just now.
 */
export function publicAnswer(content: unknown, times: AnswerTimes, readAtMs = performance.now()): PublicAnswer {
  return PublicAnswer.of(JSON.stringify(content), times, readAtMs);
}
