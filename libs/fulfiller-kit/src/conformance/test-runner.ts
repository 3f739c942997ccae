/** The four functions of a test framework that the suite needs. Those of Jest and of vitest fit as they are. */
export interface TestRunner {
  describe(title: string, body: () => void): unknown;
  it(title: string, body: () => Promise<void>, timeoutMs: number): unknown;
  beforeAll(body: () => unknown): unknown;
  afterAll(body: () => unknown): unknown;
}

const NAMES = ['describe', 'it', 'beforeAll', 'afterAll'] as const;

/** The framework whose functions are global (Jest; vitest with `globals: true`), and where there is none, Node's own. */
export function presentRunner(): TestRunner {
  return NAMES.every((name) => name in globalThis) ? globalThis : nodeRunner();
}

/** It is asked for only here, because no other framework likes to see it loaded. */
function nodeRunner(): TestRunner {
  const { describe, it, before, after } = process.getBuiltinModule('node:test');
  return { describe, it: (title, body, timeout) => it(title, { timeout }, body), beforeAll: before, afterAll: after };
}
