/** What came of reading a text: its value, or a sentence's end that says what is wrong with it ("is no …"). */
export type Reading<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: string };

export function readAs<Value>(value: Value): Reading<Value> {
  return { ok: true, value };
}

export function refuse(problem: string): Reading<never> {
  return { ok: false, problem };
}
