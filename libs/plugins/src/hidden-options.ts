import { MASK, isSecretName } from './shown-options.js';

/** The options of one entry, wherever a plug-in may have them from. */
export interface QuotableOptions {
  /** As they stand in the map, with what its variables hold. */
  readonly written: unknown;
  /** What the plug-in's schema made of them; left out where it has not. */
  readonly read?: unknown;
  /** As they may be shown. */
  readonly shown: unknown;
}

/** What is shorter stands for too much else in a sentence. */
const MIN_LENGTH = 4;
const MAX_DEPTH = 20;

/** Takes out of a text what is not shown of the options: a plug-in may quote what it was given, also as its schema changed it, and encoded. In doubt a value is taken out. */
export function withoutSecrets(text: string, { written, read, shown }: QuotableOptions): string {
  const givenLeaves = leavesOf(written, shown);
  const open = new Set(givenLeaves.filter(({ value, shownAs }) => value === shownAs).map(({ value }) => value));
  const secret = givenLeaves.filter(({ value, shownAs }) => value !== shownAs);
  const changed = leavesOf(read, shown).filter(({ value, shownAs }) => !open.has(value) && !open.has(shownAs) && (typeof shownAs === 'string' || String(value).length >= MIN_LENGTH));
  const hidden = [...secret, ...changed].flatMap(hiddenTexts).sort(([one], [other]) => other.length - one.length);
  return hidden.reduce((rest, [hiddenText, instead]) => rest.replaceAll(hiddenText, () => instead), text);
}

/** One text or number, and how it may be shown; undefined where nothing is known of that. */
interface Leaf {
  readonly name: string;
  readonly value: unknown;
  readonly shownAs: unknown;
}

function hiddenTexts({ name, value, shownAs }: Leaf): (readonly [string, string])[] {
  const instead = typeof shownAs === 'string' ? shownAs : MASK;
  if (typeof value === 'string') return formsOf(value).map((form) => [form, instead] as const);
  const isSecret = typeof shownAs === 'string' || isSecretName(name);
  return isSecret && String(value).replaceAll(/\D/g, '').length >= MIN_LENGTH ? [[String(value), instead]] : [];
}

/** A text as it is, and as it comes to stand in addresses, headers and JSON. */
function formsOf(text: string): string[] {
  if (text.length < MIN_LENGTH) return text === '' ? [] : [text];
  const bytes = Buffer.from(text);
  const whole = text.toWellFormed();
  const inUrl = Object.assign(new URL('x://host'), { password: whole }).password;
  return [...new Set([text, text.trim(), encodeURIComponent(whole), inUrl, new URLSearchParams([['', whole]]).toString().slice(1), ...(['base64', 'base64url', 'hex'] as const).map((form) => bytes.toString(form)), JSON.stringify(text).slice(1, -1)])].filter((form) => form !== '');
}

function leavesOf(options: unknown, shown: unknown): Leaf[] {
  const seen = new Set<unknown>();
  const leaves: Leaf[] = [];
  const visit = ({ name, value, shownAs }: Leaf, depth: number): void => {
    if (value instanceof URL) leaves.push({ name, value: value.href, shownAs });
    else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') leaves.push({ name, value, shownAs });
    else if (isContainer(value) && !seen.has(value) && depth < MAX_DEPTH) {
      seen.add(value);
      for (const key of Object.keys(value)) visit({ name: Array.isArray(value) ? name : key, value: memberOf(value, key), shownAs: isContainer(shownAs) ? memberOf(shownAs, key) : shownAs }, depth + 1);
    }
  };
  visit({ name: '', value: options, shownAs: shown }, 0);
  return leaves;
}

/** What a plug-in's schema makes may be anything, and may have traps. */
function memberOf(value: object, name: string): unknown {
  try {
    return (value as Readonly<Record<string, unknown>>)[name];
  } catch {
    return undefined;
  }
}

function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);
}
