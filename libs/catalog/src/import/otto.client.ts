import http from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { LmsRefusedError, LmsUnansweredError } from '#lms';
import axios, { isAxiosError, isCancel, type AxiosInstance } from 'axios';
import { OttoPage } from './otto.course.js';
import type { OttoPages } from './otto.source.js';
import { ImportStoppedError } from './row-problems.js';

export interface OttoOptions {
  /** Where Otto is, e.g. `https://ecommerce.example.com`. */
  readonly url: string;
  readonly tokens: OttoTokens;
  readonly pageSize?: number;
  /** How long one page may take. */
  readonly timeoutMs?: number;
  /** How long to wait before each further try; as many tries as waits. */
  readonly waitsMs?: readonly number[];
}

/** Otto takes the tokens of its LMS. */
export interface OttoTokens {
  /** A JWT to show. */
  take(): Promise<string>;
  /** Otto no longer takes it. */
  drop(token: string): void;
}

const PATH = '/api/v2/courses/';
const MAX_PAGE_BYTES = 64 * 1024 * 1024;
const LONGEST_WAIT_MS = 120_000;
const DEFAULTS = { pageSize: 100, timeoutMs: 60_000, waitsMs: [1_000, 2_000, 4_000, 8_000, 16_000, 30_000] } as const;

/** What one try came to, when it brought no page: a sentence, and whether another try may bring one. */
interface Failure {
  readonly fact: string;
  readonly passing: boolean;
  /** After so many tries it is not passing any more. */
  readonly mostTries?: number;
  readonly waitMs?: number;
}

/** Reads courses from openedx/ecommerce. A page that fails for a passing reason is asked for again, with growing waits. */
export class OttoClient implements OttoPages {
  readonly pageSize: number;
  private readonly http: AxiosInstance;
  private readonly options: Required<OttoOptions>;

  constructor(options: OttoOptions) {
    this.options = { ...DEFAULTS, ...options };
    this.pageSize = this.options.pageSize;
    this.http = axios.create({
      baseURL: this.options.url.replace(/\/+$/, ''),
      httpAgent: new http.Agent({ keepAlive: true }),
      httpsAgent: new https.Agent({ keepAlive: true }),
      adapter: 'http',
      proxy: false,
      // A redirect would carry the token to wherever it leads.
      maxRedirects: 0,
      maxContentLength: MAX_PAGE_BYTES,
      responseType: 'text',
      transformResponse: [],
      validateStatus: null,
    });
  }

  async page(page: number): Promise<OttoPage | null> {
    for (let tries = 0; ; tries += 1) {
      const answer = await this.try(page);
      if (answer === null || 'results' in answer) return answer;
      const waitMs = this.options.waitsMs[tries];
      if (!answer.passing || waitMs === undefined || tries + 1 >= (answer.mostTries ?? Infinity)) throw this.stopped(page, answer, tries + 1);
      await sleep(Math.max(waitMs, Math.min(answer.waitMs ?? 0, LONGEST_WAIT_MS)));
    }
  }

  private async try(page: number): Promise<OttoPage | Failure | null> {
    try {
      const token = await this.options.tokens.take();
      const params = { page, page_size: this.pageSize, include_products: 'True' };
      const signal = AbortSignal.timeout(this.options.timeoutMs);
      const { status, data, headers } = await this.http.get<string>(PATH, { params, signal, headers: { Authorization: `JWT ${token}`, Accept: 'application/json' } });
      if (status === 200) return readPage(data);
      if (status === 404 && page > 1) return null;
      if (status === 401) this.options.tokens.drop(token);
      return { ...judge(status), waitMs: waitOf(headers['retry-after']) };
    } catch (error) {
      return unanswered(error);
    }
  }

  private stopped(page: number, { fact, passing }: Failure, tries: number): ImportStoppedError {
    const keeps = page > 1 ? ' What was read is kept: the same command goes on from there.' : '';
    return new ImportStoppedError(`Otto (${this.options.url}) cannot be read at page ${page}: ${fact}${passing ? `, ${tries} times` : ''}.${keeps}`);
  }
}

function readPage(text: string): OttoPage | Failure {
  try {
    return OttoPage.parse(JSON.parse(text));
  } catch {
    return { fact: 'it answered 200 with a body that is no page of courses', passing: true };
  }
}

function unanswered(error: unknown): Failure {
  if (error instanceof LmsUnansweredError) return { fact: `there is no token for it. ${error.message}`, passing: true };
  if (error instanceof LmsRefusedError) return { fact: `there is no token for it. ${error.message}`, passing: isPassing(error.httpStatus), waitMs: error.retryAfterMs ?? 0 };
  if (!isAxiosError(error)) throw error;
  // Only what the network said: the error carries the request, token included.
  return { fact: isCancel(error) ? 'it did not answer in time' : `the connection failed (${error.code ?? 'unknown'})`, passing: true };
}

function judge(status: number): Failure {
  // A token that is no longer taken is replaced once.
  if (status === 401) return { fact: `it answered 401: it does not take the tokens of this LMS`, passing: true, mostTries: 2 };
  if (status === 403) return { fact: `it answered 403: the owner of the OAuth application must be staff there`, passing: false };
  if (status === 404) return { fact: 'it answered 404: there is no Otto at this address', passing: false };
  if (status >= 300 && status < 400) return { fact: `it answered ${status}, which leads elsewhere: name the address to which it leads`, passing: false };
  return { fact: `it answered ${status}`, passing: isPassing(status) };
}

function isPassing(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** Seconds or a date, by RFC 9110. */
function waitOf(retryAfter: unknown): number {
  if (typeof retryAfter !== 'string') return 0;
  const ms = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(ms) ? 0 : Math.max(0, ms);
}
