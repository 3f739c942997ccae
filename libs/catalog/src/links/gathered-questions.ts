/** Answers questions by one statement: as many answers, in the same order. */
export type AskAll<Question, Answer> = (questions: readonly Question[]) => Promise<readonly Answer[]>;

export interface GatheringLimits {
  /** Questions of one statement. */
  readonly most: number;
  /** Statements that are under way at a time; what comes meanwhile is gathered for the next. */
  readonly atOnce: number;
}

interface Asked<Question, Answer> {
  readonly question: Question;
  readonly answered: PromiseWithResolvers<Answer>;
}

/** Gathers what is asked at about the same time into one statement. Each question is answered by a statement that began after it was asked. */
export class GatheredQuestions<Question, Answer> {
  private waiting: Asked<Question, Answer>[] = [];
  private underWay = 0;
  private isScheduled = false;

  constructor(
    private readonly askAll: AskAll<Question, Answer>,
    private readonly limits: GatheringLimits,
  ) {}

  /** @throws what the statement throws that this was gathered into. */
  ask(question: Question): Promise<Answer> {
    const answered = Promise.withResolvers<Answer>();
    this.waiting.push({ question, answered });
    this.schedule();
    return answered.promise;
  }

  /** Once the requests that have come in so far are read, so that they share a statement. */
  private schedule(): void {
    if (this.isScheduled || this.waiting.length === 0 || this.underWay >= this.limits.atOnce) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      void this.askNext();
    });
  }

  private async askNext(): Promise<void> {
    const batch = this.waiting.splice(0, this.limits.most);
    this.underWay += 1;
    this.schedule();
    try {
      const answers = await this.askAll(batch.map(({ question }) => question));
      if (answers.length !== batch.length) throw new Error(`${batch.length} questions got ${answers.length} answers.`);
      answers.forEach((answer, index) => batch[index]?.answered.resolve(answer));
    } catch (error) {
      for (const { answered } of batch) answered.reject(error);
    } finally {
      this.underWay -= 1;
      this.schedule();
    }
  }
}
