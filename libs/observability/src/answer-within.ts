/**
 * What `ask` answers, if it does so in time. What was asked goes on when it is late: there is no way to call it back.
 * @throws what `ask` throws, or an error that says how long was waited.
 */
export async function answerWithin<Answer>(limitMs: number, ask: () => Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`There was no answer within ${limitMs} ms.`)), limitMs);
  });
  try {
    return await Promise.race([ask(), late]);
  } finally {
    clearTimeout(timer);
  }
}
