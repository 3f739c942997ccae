import { HttpService } from '@nestjs/axios';
import { Inject, Injectable } from '@nestjs/common';
import { type AxiosError, type AxiosRequestConfig, isAxiosError, isCancel } from 'axios';
import { providerWords, retryAfterMs } from './answer.js';
import { type LmsConnections, wasConnected } from './lms.connections.js';
import { LmsRefusedError, LmsUnansweredError, type UnansweredEnd } from './lms.errors.js';
import { LMS_OPTIONS, type LmsOptions } from './lms.options.js';

const MAX_BODY_BYTES = 1024 * 1024;

/** The bounds of one call: whichever comes first ends it. */
export interface LmsCall {
  /** From the start to the last byte of the answer, connecting included. */
  readonly timeoutMs: number;
  /** The caller's own reason to stop. */
  readonly signal: AbortSignal;
  /** Told directly before a call leaves. What it throws is thrown on, and the call is not made. */
  readonly onCall?: () => void;
}

export interface LmsRequest {
  readonly method: 'GET' | 'POST';
  /** Starts with a slash; its parts are encoded already. */
  readonly path: string;
  readonly body?: object;
  /** The learner's network address, if the LMS shall judge by it. */
  readonly forwardedFor?: string | null;
}

/** The settings of the HTTP client under `LmsClient`. Redirects and the environment's proxies are never followed. */
export function httpSettings({ apiKey }: LmsOptions, { httpAgent, httpsAgent }: LmsConnections): AxiosRequestConfig {
  return {
    httpAgent,
    httpsAgent,
    adapter: 'http',
    proxy: false,
    maxRedirects: 0,
    maxContentLength: MAX_BODY_BYTES,
    maxBodyLength: MAX_BODY_BYTES,
    responseType: 'text',
    transformRequest: [],
    validateStatus: null,
    headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-Edx-Api-Key': apiKey },
  };
}

/** Makes one call to the LMS, once: it never repeats a call. */
@Injectable()
export class LmsClient {
  private readonly root: string;

  constructor(
    private readonly http: HttpService,
    @Inject(LMS_OPTIONS) private readonly options: LmsOptions,
  ) {
    this.root = options.url.replace(/\/+$/, '');
  }

  /**
   * @returns the body of an answer with a status of 2xx, as text.
   * @throws {LmsRefusedError} for any other status.
   * @throws {LmsUnansweredError} when no whole answer came in time.
   */
  async send(request: LmsRequest, { timeoutMs, signal, onCall }: LmsCall): Promise<string> {
    if (signal.aborted) throw new LmsUnansweredError({ end: 'network', mayHaveArrived: false, detail: 'The call to the LMS was not begun: its time was over.' });
    onCall?.();
    const stop = new AbortController();
    const abort = () => stop.abort();
    // Not the `timeout` of axios: that one starts again with every byte of a dripping answer.
    const timer = setTimeout(abort, timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await this.exchange(request, stop.signal);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }

  private async exchange({ method, path, body, forwardedFor }: LmsRequest, signal: AbortSignal): Promise<string> {
    const config: AxiosRequestConfig = { method, url: this.root + path, signal };
    if (body !== undefined) config.data = JSON.stringify(body);
    if (forwardedFor) config.headers = { 'X-Forwarded-For': forwardedFor };
    const { status, data, headers } = await this.http.axiosRef.request<string>(config).catch(failUnanswered);
    if (status >= 200 && status < 300) return data;
    const words = providerWords(data, [this.options.apiKey, forwardedFor ?? '']);
    throw new LmsRefusedError(status, words, retryAfterMs(headers['retry-after']));
  }
}

const DETAILS: Readonly<Record<UnansweredEnd, string>> = {
  timeout: 'The LMS did not answer in time.',
  network: 'The connection to the LMS failed',
  unreadable: 'The answer of the LMS cannot be read',
};

/** An error of axios carries its request, API key included, so it goes no further: only what the network said is kept. */
function failUnanswered(error: unknown): never {
  if (!isAxiosError(error)) throw error;
  const end = endOf(error);
  const mayHaveArrived = error.request === undefined ? isCancel(error) : wasConnected(error.request);
  if (!mayHaveArrived && end === 'timeout') {
    throw new LmsUnansweredError({ end: 'network', mayHaveArrived, detail: 'The LMS could not be reached in time.' });
  }
  const code = end === 'timeout' || error.code === undefined ? '' : ` (${error.code}).`;
  throw new LmsUnansweredError({ end, mayHaveArrived, detail: DETAILS[end] + code, cause: error.cause });
}

/** `HPE_`: not HTTP. `Z_`: wrongly compressed. `ERR_BAD_RESPONSE` without an answer: larger than we read. */
function endOf(error: AxiosError): UnansweredEnd {
  if (isCancel(error)) return 'timeout';
  const code = error.code ?? '';
  const tooLarge = code === 'ERR_BAD_RESPONSE' && error.response === undefined;
  return tooLarge || code.startsWith('HPE_') || code.startsWith('Z_') ? 'unreadable' : 'network';
}
