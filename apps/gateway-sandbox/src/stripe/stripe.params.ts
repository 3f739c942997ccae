import type { Fields } from '../wire/fields.js';
import { StripeError } from './stripe.error.js';

const MOST_KEYS = 50;
const LONGEST_KEY = 40;
const LONGEST_VALUE = 500;

/** What a call was given, read as Stripe reads it: everything is a text, and what is not known is refused. */
export class StripeParams {
  constructor(private readonly fields: Fields) {}

  /** @throws {StripeError} when there is a parameter that is none of these. `expand` is always one. */
  allowOnly(...names: readonly string[]): this {
    const unknown = Object.keys(this.fields).find((name) => name !== 'expand' && !names.includes(name));
    if (unknown !== undefined) throw early(`Received unknown parameter: ${unknown}`, 'parameter_unknown', unknown);
    return this;
  }

  text(name: string): string | null {
    const value = this.fields[name];
    if (value === undefined) return null;
    if (typeof value !== 'string') throw early(`Invalid string: ${JSON.stringify(value)}`, 'parameter_invalid_string', name);
    if (value === '') throw early(`You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however '${name}' cannot be unset.`, 'parameter_invalid_empty', name);
    return value;
  }

  needText(name: string): string {
    const value = this.text(name);
    if (value === null) throw early(`Missing required param: ${name}.`, 'parameter_missing', name);
    return value;
  }

  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | null {
    const value = this.text(name);
    const word = words.find((known) => known === value);
    if (value !== null && word === undefined) throw early(`Invalid ${name}: must be one of ${words.join(', ')}`, undefined, name);
    return word ?? null;
  }

  integer(name: string): number | null {
    return integerOf(this.text(name), name);
  }

  flag(name: string): boolean {
    return this.oneOf(name, ['true', 'false']) === 'true';
  }

  object(name: string): Fields {
    const value = this.fields[name];
    if (value === undefined || value === '') return {};
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw early('Invalid object', undefined, name);
    return value as Fields;
  }

  list(name: string): readonly string[] {
    const value = this.fields[name];
    if (value === undefined) return [];
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw early('Invalid array', undefined, name);
    return value;
  }

  metadata(): Record<string, string> {
    const held = Object.entries(this.object('metadata'));
    if (held.length > MOST_KEYS) throw early(`You have exceeded the maximum number of metadata keys: ${MOST_KEYS}.`, undefined, 'metadata');
    return Object.fromEntries(held.filter(([, value]) => value !== '').map(([key, value]) => [keyOf(key), valueOf(key, value)]));
  }

  /** `created`: a time, or a range of times, in seconds. */
  range(name: string): (seconds: number) => boolean {
    const value = this.fields[name];
    if (value === undefined) return () => true;
    if (typeof value === 'string') {
      const exact = integerOf(value, name);
      return (seconds) => seconds === exact;
    }
    const bound = (end: string): number | null => integerOf(textOf(this.object(name)[end]), `${name}[${end}]`);
    const [gt, gte, lt, lte] = [bound('gt'), bound('gte'), bound('lt'), bound('lte')];
    return (seconds) => (gt === null || seconds > gt) && (gte === null || seconds >= gte) && (lt === null || seconds < lt) && (lte === null || seconds <= lte);
  }
}

export function early(message: string, code: string | undefined, param: string): StripeError {
  return new StripeError(message, { ...(code !== undefined && { code }), param, early: true });
}

function integerOf(text: string | null, name: string): number | null {
  if (text === null) return null;
  if (!/^-?\d{1,15}$/.test(text)) throw early(`Invalid integer: ${text}`, 'parameter_invalid_integer', name);
  return Number(text);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function keyOf(key: string): string {
  if (key.length <= LONGEST_KEY) return key;
  throw early(`Metadata keys can have up to ${LONGEST_KEY} characters, but you passed in a key that is ${key.length} characters. Invalid key: ${key}`, undefined, 'metadata');
}

function valueOf(key: string, value: unknown): string {
  if (typeof value !== 'string') throw early(`Invalid string: ${JSON.stringify(value)}`, undefined, `metadata[${key}]`);
  if (value.length <= LONGEST_VALUE) return value;
  throw early(`Metadata values can have up to ${LONGEST_VALUE} characters, but you passed in a value that is ${value.length} characters.`, undefined, `metadata[${key}]`);
}
