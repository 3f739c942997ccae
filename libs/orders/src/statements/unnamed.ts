import type { Statement } from '../orders.database.js';

/** A statement without a name is planned each time, for the values that it has: right for what is asked seldom and in many shapes. */
export function unnamed(text: string): Statement {
  return { name: '', text };
}
