import type { HttpService } from '@nestjs/axios';
import { type AxiosError, type AxiosRequestConfig, isAxiosError, isCancel } from 'axios';
import { type GatewayConnections, wasConnected } from './gateway.connections.js';
import { UnansweredError } from './unanswered.error.js';

/** A page of a hundred payments needs some hundred kilobytes; what goes beyond this is not read. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** The settings of the HTTP client under every request. Redirects and the environment's proxies are never followed. */
export function httpSettings({ httpAgent, httpsAgent }: GatewayConnections): AxiosRequestConfig {
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

/** Sends one request, once: it never repeats one. */
export class GatewayHttp {
  constructor(private readonly http: HttpService) {}

  /**
   * @param signal ends the request wherever it is, connecting and the last byte of the answer included.
   * @throws {UnansweredError}
   */
  async exchange({ method, url, headers, body }: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    if (signal.aborted) throw new UnansweredError('network', false, 'was not called: the time was over');
    const config: AxiosRequestConfig = { method, url, headers, signal, ...(body !== undefined && { data: body }) };
    const answer = await this.http.axiosRef.request<string>(config).catch(failUnanswered);
    return { status: answer.status, headers: textHeaders(answer.headers), text: answer.data };
  }
}

function textHeaders(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]: [string, unknown]) => (typeof value === 'string' ? [[name.toLowerCase(), value]] : [])));
}

/** An error of axios carries its request, credentials included, so it goes no further: only what the network said is kept. */
function failUnanswered(error: unknown): never {
  if (!isAxiosError(error)) throw error;
  const sent = error.request === undefined ? isCancel(error) : wasConnected(error.request);
  const code = error.code ?? 'no code';
  if (isCancel(error)) throw sent ? new UnansweredError('timeout', true, 'did not answer in time') : new UnansweredError('network', false, 'could not be reached in time');
  if (isUnreadable(error)) throw new UnansweredError('unreadable', sent, `gave an answer that cannot be read (${code})`);
  throw new UnansweredError('network', sent, `${sent ? 'broke off' : 'cannot be reached'} (${code})`);
}

/** `HPE_`: not HTTP. `Z_`: wrongly compressed. `ERR_BAD_RESPONSE` without an answer: larger than we read. */
function isUnreadable({ code = '', response }: AxiosError): boolean {
  return code.startsWith('HPE_') || code.startsWith('Z_') || (code === 'ERR_BAD_RESPONSE' && response === undefined);
}
