import { z } from 'zod';

const MOST_CHARACTERS = 20_000;
const MOST_LEVELS = 20;
/** PostgreSQL keeps no NUL and no half of a pair; other control characters have no place in what is shown. Line breaks have. */
const UNCLEAN = /\p{Cs}|(?![\t\n\r])\p{Cc}/u;

/** The attributes of a product: any JSON object that can be stored. What it must hold is judged by the fulfiller of its product type. */
export const details = z
  .unknown()
  .superRefine((value, context) => {
    const problem = isObject(value) ? (wrongIn(value, []) ?? tooLong(value)) : { path: [], message: 'must be an object' };
    if (problem) context.addIssue({ code: 'custom', ...problem });
  })
  .meta({ type: 'object', description: 'What the fulfiller of the product type asks for.' });

interface Wrong {
  readonly path: string[];
  readonly message: string;
}

/** The first thing that cannot be stored. */
function wrongIn(value: unknown, path: string[]): Wrong | undefined {
  if (path.length > MOST_LEVELS) return { path: path.slice(0, 1), message: `must be at most ${MOST_LEVELS} levels deep` };
  if (typeof value === 'string' && UNCLEAN.test(value)) return { path, message: 'must not contain control characters' };
  if (typeof value === 'number' && !Number.isFinite(value)) return { path, message: 'must not be so large' };
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, member] of Object.entries(value)) {
    if (key === '__proto__' || UNCLEAN.test(key)) return { path, message: 'has a key that may not be' };
    const wrong = wrongIn(member, [...path, key]);
    if (wrong) return wrong;
  }
  return undefined;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tooLong(value: unknown): Wrong | undefined {
  return JSON.stringify(value).length > MOST_CHARACTERS ? { path: [], message: `must be at most ${MOST_CHARACTERS} characters long, as JSON` } : undefined;
}
