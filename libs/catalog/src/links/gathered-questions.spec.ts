import { GatheredQuestions } from './gathered-questions.js';

/** A database whose statements are answered when the test says so. */
class Statements {
  readonly asked: (readonly string[])[] = [];
  private readonly answers: PromiseWithResolvers<readonly string[]>[] = [];

  readonly ask = (questions: readonly string[]): Promise<readonly string[]> => {
    this.asked.push(questions);
    const answered = Promise.withResolvers<readonly string[]>();
    this.answers.push(answered);
    return answered.promise;
  };

  answer(statement: number): void {
    this.answers[statement]?.resolve((this.asked[statement] ?? []).map((question) => `${question}!`));
  }

  fail(statement: number): void {
    this.answers[statement]?.reject(new Error('away'));
  }
}

/** Long enough for everything that waits for nothing but its turn. */
const turn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

function gathering(limits: { most: number; atOnce: number }) {
  const statements = new Statements();
  return { statements, questions: new GatheredQuestions(statements.ask, limits) };
}

describe('questions that come together', () => {
  it('share a statement, and each gets its own answer', async () => {
    const { statements, questions } = gathering({ most: 10, atOnce: 1 });
    const answers = Promise.all(['a', 'b', 'a'].map((question) => questions.ask(question)));
    await turn();
    expect(statements.asked).toEqual([['a', 'b', 'a']]);
    statements.answer(0);
    expect(await answers).toEqual(['a!', 'b!', 'a!']);
  });

  it('that come while the statements that may run are under way wait for the next, and never join one that has begun', async () => {
    const { statements, questions } = gathering({ most: 10, atOnce: 2 });
    const answers = [];
    for (const question of ['a', 'b', 'c', 'a']) {
      answers.push(questions.ask(question));
      await turn();
    }
    expect(statements.asked).toEqual([['a'], ['b']]);
    statements.answer(1);
    await turn();
    expect(statements.asked).toEqual([['a'], ['b'], ['c', 'a']]);
    statements.answer(0);
    statements.answer(2);
    expect(await Promise.all(answers)).toEqual(['a!', 'b!', 'c!', 'a!']);
  });

  it('are no more than a statement may hold', async () => {
    const { statements, questions } = gathering({ most: 2, atOnce: 3 });
    void ['a', 'b', 'c'].map((question) => questions.ask(question));
    await turn();
    expect(statements.asked).toEqual([['a', 'b'], ['c']]);
  });

  it('fail together, and nobody else with them', async () => {
    const { statements, questions } = gathering({ most: 2, atOnce: 1 });
    const answers = Promise.allSettled(['a', 'b', 'c'].map((question) => questions.ask(question)));
    await turn();
    statements.fail(0);
    await turn();
    statements.answer(1);
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });

  it('are not answered by a statement that has lost some of them', async () => {
    const questions = new GatheredQuestions<string, string>(() => Promise.resolve(['only one']), { most: 9, atOnce: 1 });
    const answers = await Promise.allSettled([questions.ask('a'), questions.ask('b')]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
