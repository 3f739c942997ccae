import type { Readable } from 'node:stream';
import { HttpService } from '@nestjs/axios';
import { Inject, Injectable } from '@nestjs/common';
import type { AxiosResponse } from 'axios';
import { LMS_OPTIONS, type LmsOptions } from './lms.options.js';
import { type LmsCall, type LmsRequest, refusal, requestConfig } from './lms.request.js';
import { brokenOff, failUnanswered, notBegun } from './lms.unanswered.js';

/** So much is read of an answer that is no. */
const MAX_REFUSAL_BYTES = 64 * 1024;

/** Makes one call to the LMS whose answer may be of any length, once. */
@Injectable()
export class LmsStream {
  constructor(
    private readonly http: HttpService,
    @Inject(LMS_OPTIONS) private readonly options: LmsOptions,
  ) {}

  /**
   * The body of an answer with a status of 2xx, as it arrives; the LMS is read no faster than the caller takes it. `timeoutMs` bounds each silence of
   * the LMS and not the whole. Leaving the loop ends the call.
   *
   * @throws {LmsRefusedError} for any other status, before anything is yielded.
   * @throws {LmsUnansweredError} when no answer came, or it broke off.
   */
  async *read(request: LmsRequest, { timeoutMs, signal, onCall }: LmsCall): AsyncGenerator<Buffer> {
    if (signal.aborted) throw notBegun();
    onCall?.();
    const stop = new AbortController();
    const abort = () => stop.abort();
    signal.addEventListener('abort', abort, { once: true });
    const silence = { timeoutMs, abort };
    try {
      const response = await within(silence, this.open(request, stop.signal));
      const chunks = chunksOf(response.data, silence, stop.signal);
      if (response.status >= 200 && response.status < 300) yield* chunks;
      else throw refusal({ status: response.status, headers: response.headers, text: await textOf(chunks) }, request, this.options);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  private open(request: LmsRequest, signal: AbortSignal): Promise<AxiosResponse<Readable>> {
    const config = { ...requestConfig(request, this.options), signal, responseType: 'stream', maxContentLength: -1 } as const;
    return this.http.axiosRef.request<Readable>(config).catch(failUnanswered);
  }
}

interface Silence {
  readonly timeoutMs: number;
  readonly abort: () => void;
}

/** Not one timer for all: while the caller works on what he has, the LMS is not waited for. */
async function within<Result>({ timeoutMs, abort }: Silence, work: Promise<Result>): Promise<Result> {
  const timer = setTimeout(abort, timeoutMs);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}

async function* chunksOf(body: Readable, silence: Silence, stopped: AbortSignal): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = body[Symbol.asyncIterator]();
  const next = () => within(silence, chunks.next()).catch((error: unknown) => Promise.reject(brokenOff(error, stopped.aborted)));
  try {
    for (let chunk = await next(); chunk.done !== true; chunk = await next()) yield chunk.value;
  } finally {
    body.destroy();
  }
}

async function textOf(chunks: AsyncGenerator<Buffer>): Promise<string> {
  const read: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    read.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_REFUSAL_BYTES) break;
  }
  return Buffer.concat(read).toString('utf8');
}
