import type { FastifyRequest } from 'fastify';
import type { Cashier } from '../cashier/cashier.js';
import { decimalsOf } from '../world/currency.js';
import type { Payment } from '../world/records.js';
import type { World } from '../world/world.js';
import { html, empty, type Answer } from '../wire/answer.js';

export interface PageParts {
  readonly world: World;
  readonly cashier: Cashier;
  /** Writes down what has changed, and lets the events out. */
  readonly commit: () => void;
}

export function pressedOf({ body }: FastifyRequest): URLSearchParams {
  return new URLSearchParams(typeof body === 'string' ? body : '');
}

export function amountOf({ amountMinor, currency }: Payment): string {
  const decimals = decimalsOf(currency);
  return `${(amountMinor / 10 ** decimals).toFixed(decimals)} ${currency}`;
}

/** Another page of the browser must not press a buyer's buttons. */
export function isOwnPage({ headers }: FastifyRequest): boolean {
  return headers.origin === undefined || headers.origin === `http://${headers.host ?? ''}`;
}

/** Back to the shop. Nowhere but to pages of the web. */
export function sendBack(address: string | null, added: Readonly<Record<string, string>>): Answer | null {
  if (address === null || !URL.canParse(address)) return null;
  const url = new URL(address);
  if (!/^https?:$/.test(url.protocol)) return null;
  for (const [name, value] of Object.entries(added)) url.searchParams.set(name, value);
  return empty(303, { location: url.toString() });
}

export function nothingHere(): Answer {
  return html(404, '<!doctype html><title>Not found</title><h1>There is no such payment.</h1>');
}
