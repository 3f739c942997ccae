import { Injectable } from '@nestjs/common';
import { newCode } from './code.js';
import { CodesDatabase, type Runner, type Statement } from './codes.database.js';
import { ENTER_ORDER, FILL_VOIDED, FIND, ISSUE, MISSING, OF_ORDER, REDEEM, STANDING, VOID_UNREDEEMED, type CodeRow, type StandingRow } from './codes.statements.js';
import { enrollmentCode, type EnrollmentCode } from './enrollment-code.js';

/** What is issued to a line. */
export interface CodeBatch {
  readonly quantity: number;
  readonly orderNumber: string;
  readonly courseId: string;
  readonly mode: string;
  /** How many days the codes can be redeemed, from their issue. */
  readonly validDays: number;
}

/** The codes of a line, counted. */
export type Standing = StandingRow;

/** A place in the codes of an order. */
export interface CodePosition {
  readonly lineId: string;
  readonly position: number;
}

export interface CodePage {
  readonly codes: readonly EnrollmentCode[];
  /** Where to go on, or `null` at the end. */
  readonly next: CodePosition | null;
}

/** For whom a code is used up, and by which order. */
export interface Redemption {
  readonly username: string;
  readonly orderId: string;
}

/** Among 2^80 codes even one collision is unheard of. */
const MOST_ROUNDS = 5;
const CHUNK_SIZE = 500;
const BEFORE_ALL: CodePosition = { lineId: '00000000-0000-0000-0000-000000000000', position: 0 };

/** Owns the enrollment codes: issues them, once for each line, and uses each up once. */
@Injectable()
export class CodeBook {
  /** Where codes come from; specs put another source there. */
  protected readonly draw: () => string = newCode;

  constructor(private readonly database: CodesDatabase) {}

  /**
   * Issues the codes of a line, all of them in one statement. Whatever is repeated, by whomever and however often, each position of the line
   * gets one code and keeps it, also where that is voided.
   *
   * @param beforeWrite is called directly before each statement that writes; when it throws, nothing is written.
   */
  async issue(lineId: string, batch: CodeBatch, beforeWrite?: () => void): Promise<Standing> {
    await this.fill(lineId, batch, { by: ISSUE, beforeWrite });
    return this.standing(lineId);
  }

  async standing(lineId: string): Promise<Standing> {
    const [row] = await this.database.run<StandingRow>(STANDING, [lineId]);
    return row ?? { issued: 0, redeemed: 0, voided: 0 };
  }

  /**
   * Makes the codes of a line worthless, but for those that are redeemed, and sees to it that none is issued to it any more: each position that has
   * no code gets a voided one. An issue that is under way is waited for; one that arrives later finds no position. Harmless when repeated, and when
   * others issue or close at the same moment.
   *
   * @param beforeWrite as for `issue`. What was written before it throws stays.
   */
  async closeLine(lineId: string, batch: CodeBatch, beforeWrite?: () => void): Promise<void> {
    await this.fill(lineId, batch, { by: FILL_VOIDED, beforeWrite });
    await this.database.run(VOID_UNREDEEMED, [lineId], beforeWrite);
  }

  /** @param code as `readCode` gives it. */
  async find(code: string): Promise<EnrollmentCode | null> {
    const [row] = await this.database.run<CodeRow>(FIND, [code]);
    return row ? enrollmentCode(row) : null;
  }

  /** The codes of an order, line by line, `limit` at most. */
  async ofOrder(orderNumber: string, limit: number, after: CodePosition | null = null): Promise<CodePage> {
    const { lineId, position } = after ?? BEFORE_ALL;
    const rows = await this.database.run<CodeRow>(OF_ORDER, [orderNumber, lineId, position, limit + 1]);
    const codes = rows.slice(0, limit).map(enrollmentCode);
    const last = codes.at(-1);
    return { codes, next: rows.length > limit && last ? { lineId: last.lineId, position: last.position } : null };
  }

  /** All codes of an order, read in pages as they are asked for: never more than one of them in memory. */
  async *allOfOrder(orderNumber: string): AsyncGenerator<readonly EnrollmentCode[]> {
    let after: CodePosition | null = null;
    do {
      const { codes, next }: CodePage = await this.ofOrder(orderNumber, CHUNK_SIZE, after);
      yield codes;
      after = next;
    } while (after !== null);
  }

  /**
   * Uses a code up, in the caller's transaction: of any number of callers one hears `true`, and only when his transaction is committed is the code used
   * up. The others wait for that. To be called before anything else is locked.
   */
  async redeem(runner: Runner, code: string, { username, orderId }: Redemption): Promise<boolean> {
    return (await runner.run(REDEEM, [code, username, orderId])).length === 1;
  }

  /** Enters, in the same transaction, the number of the order that a code was redeemed by. */
  async enterOrder(runner: Runner, code: string, orderNumber: string): Promise<void> {
    await runner.run(ENTER_ORDER, [code, orderNumber]);
  }

  /** Gives each position of a line that has no code one, in one statement unless a drawn code is taken. */
  private async fill(lineId: string, { quantity, orderNumber, courseId, mode, validDays }: CodeBatch, { by, beforeWrite }: { by: Statement; beforeWrite: (() => void) | undefined }): Promise<void> {
    for (let round = 1; round <= MOST_ROUNDS; round += 1) {
      const missing = await this.database.run<{ position: number }>(MISSING, [lineId, quantity]);
      if (missing.length === 0) return;
      const positions = missing.map(({ position }) => position);
      await this.database.run(by, [lineId, positions.map(() => this.draw()), positions, orderNumber, courseId, mode, validDays], beforeWrite);
    }
    throw new Error(`Codes were drawn ${MOST_ROUNDS} times, and each time one of them was taken: their source is broken.`);
  }
}
