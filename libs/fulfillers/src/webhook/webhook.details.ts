import { z } from 'zod';
import type { WebhookDetails } from './webhook.message.js';

/**
 * Any JSON object is good that has the required details: each a number, true or false, a text that is not blank, or a list or object that
 * is not empty. What they mean is the endpoint's affair.
 */
export function detailsSchema(required: readonly string[]): z.ZodType<WebhookDetails> {
  return z.record(z.string(), z.json(), { error: 'must be an object' }).superRefine((details, context) => {
    const missing = required.filter((name) => !(Object.hasOwn(details, name) && isGiven(details[name])));
    for (const name of missing) context.addIssue({ code: 'custom', path: [name], message: 'must be given' });
  });
}

function isGiven(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() !== '';
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null;
}
