import { HttpService } from '@nestjs/axios';
import { Inject, Injectable } from '@nestjs/common';
import type { AxiosRequestConfig } from 'axios';
import type { LmsConnections } from './lms.connections.js';
import { LMS_OPTIONS, type LmsOptions } from './lms.options.js';
import { type LmsCall, type LmsRequest, refusal, requestConfig } from './lms.request.js';
import { failUnanswered, notBegun } from './lms.unanswered.js';

const MAX_BODY_BYTES = 1024 * 1024;

/** The settings of the HTTP client under every call. Redirects and the environment's proxies are never followed. */
export function httpSettings({ httpAgent, httpsAgent }: LmsConnections): AxiosRequestConfig {
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
    headers: { Accept: 'application/json' },
  };
}

/** Makes one call to the LMS, once: it never repeats a call. */
@Injectable()
export class LmsClient {
  constructor(
    private readonly http: HttpService,
    @Inject(LMS_OPTIONS) private readonly options: LmsOptions,
  ) {}

  /**
   * @returns the body of an answer with a status of 2xx, as text.
   * @throws {LmsRefusedError} for any other status.
   * @throws {LmsUnansweredError} when no whole answer came in time.
   */
  async send(request: LmsRequest, { timeoutMs, signal, onCall }: LmsCall): Promise<string> {
    if (signal.aborted) throw notBegun();
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

  private async exchange(request: LmsRequest, signal: AbortSignal): Promise<string> {
    const config = { ...requestConfig(request, this.options), signal };
    const { status, data, headers } = await this.http.axiosRef.request<string>(config).catch(failUnanswered);
    if (status >= 200 && status < 300) return data;
    throw refusal({ status, headers, text: data }, request, this.options);
  }
}
