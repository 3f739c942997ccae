import type { Environment } from './environment.js';

/** Deeper than anybody writes by hand; an alias in its own anchor has no end. */
const MAX_DEPTH = 20;
const REFERENCE = /^\$\{([^{}]*)\}$/;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const ESCAPED = /^\$\$\{[^{}]*\}$/;

/** Looks variables up by name, and shows none to whoever prints or logs it. */
export class Variables {
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** Undefined when it is not set; an empty one counts as not set, as everywhere. */
  get(name: string): string | undefined {
    return (Object.hasOwn(this.#env, name) && this.#env[name]) || undefined;
  }
}

/** A reference that leads nowhere: where it stands, and what is wrong. Never a value. */
export interface ReferenceProblem {
  readonly path: readonly (string | number)[];
  readonly fact: string;
}

/** The same value with each text that is `${NAME}` as a whole replaced by that variable; `$${NAME}` stands for the text `${NAME}`. */
export function withVariables(written: unknown, variables: Variables): { readonly value: unknown; readonly problems: readonly ReferenceProblem[] } {
  const problems: ReferenceProblem[] = [];
  const replaced = (value: unknown, path: readonly (string | number)[]): unknown => {
    if (typeof value === 'string') return text(value, variables, (fact) => problems.push({ path, fact }));
    if (!isContainer(value)) return value;
    if (path.length > MAX_DEPTH) {
      problems.push({ path: path.slice(0, 2), fact: `is nested deeper than ${MAX_DEPTH} levels` });
      return null;
    }
    if (Array.isArray(value)) return value.map((member, index) => replaced(member, [...path, index]));
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replaced(member, [...path, key])]));
  };
  const value = replaced(written, []);
  return { value, problems };
}

function text(written: string, variables: Variables, refuse: (fact: string) => void): string {
  if (ESCAPED.test(written)) return written.slice(1);
  const name = REFERENCE.exec(written)?.[1];
  if (name === undefined) return written;
  const value = NAME.test(name) ? variables.get(name) : undefined;
  if (value !== undefined) return value;
  const missing = NAME.test(name) ? `the variable ${name} is not set: set it` : `"${name}" is no name of a variable: use letters, digits and _`;
  refuse(`${missing}, or write $${written} where that very text is meant`);
  return written;
}

function isContainer(value: unknown): value is Record<string, unknown> | unknown[] {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);
}
