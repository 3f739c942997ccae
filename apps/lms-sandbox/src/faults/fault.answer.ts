import { STATUS_CODES } from 'node:http';
import { detail, empty, html, json, type LmsAnswer } from '../wire/lms-answer.js';

export interface AnswerWish {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The answer that a fault gives: as told, or else in the words of the LMS and of the proxy before it. */
export function faultAnswer({ status, body, headers = {} }: AnswerWish): LmsAnswer {
  const answer = body === undefined ? usualAnswer(status, headers) : toldAnswer(status, body);
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function toldAnswer(status: number, body: unknown): LmsAnswer {
  return typeof body === 'string' ? html(status, body) : json(status, body);
}

function usualAnswer(status: number, headers: Readonly<Record<string, string>>): LmsAnswer {
  const phrase = STATUS_CODES[status] ?? 'Unknown';
  if (status >= 500) return html(status, errorPage(status, phrase));
  if (status === 429) return detail(429, throttledSentence(headers));
  if (status === 404 || status === 204 || status === 304) return empty(status);
  return detail(status, `${phrase}.`);
}

function throttledSentence(headers: Readonly<Record<string, string>>): string {
  const wait = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after')?.[1];
  return wait !== undefined && /^\d+$/.test(wait) ? `Request was throttled. Expected available in ${wait} seconds.` : 'Request was throttled.';
}

/** What a reverse proxy shows while nobody answers behind it. */
function errorPage(status: number, phrase: string): string {
  const title = `${status} ${phrase}`;
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
}
