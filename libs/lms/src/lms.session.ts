import { Injectable } from '@nestjs/common';
import { LmsClient } from './lms.client.js';
import { LmsRefusedError } from './lms.errors.js';
import type { LmsCall, LmsRequest } from './lms.request.js';
import { LmsStream } from './lms.stream.js';
import { LmsTokens, type Token } from './lms.tokens.js';

/**
 * Calls as the user of our OAuth application, and with the API key where there is none: never with both. A token that the LMS no longer takes is
 * replaced, and the call made again, once: for calls that may be repeated.
 */
@Injectable()
export class LmsSession {
  constructor(
    private readonly lms: LmsClient,
    private readonly stream: LmsStream,
    private readonly tokens: LmsTokens,
  ) {}

  /** As `LmsClient.send`; the time of the call bounds all of it. */
  async send(request: LmsRequest, call: LmsCall): Promise<string> {
    const endsAt = performance.now() + call.timeoutMs;
    const rest = () => ({ ...call, timeoutMs: Math.max(1, endsAt - performance.now()) });
    const token = await this.tokens.take(call);
    try {
      return await this.lms.send(as(token, request), rest());
    } catch (error) {
      if (!this.droppedAsOutdated(token, error)) throw error;
      return this.lms.send(as(await this.tokens.take(rest()), request), rest());
    }
  }

  /** As `LmsStream.read`; the time of the call bounds each wait. */
  async *read(request: LmsRequest, call: LmsCall): AsyncGenerator<Buffer> {
    const token = await this.tokens.take(call);
    try {
      yield* this.stream.read(as(token, request), call);
    } catch (error) {
      // A refusal comes before the first byte, so nothing is read twice.
      if (!this.droppedAsOutdated(token, error)) throw error;
      yield* this.stream.read(as(await this.tokens.take(call), request), call);
    }
  }

  private droppedAsOutdated(token: Token | null, error: unknown): boolean {
    if (token === null || token.isNew || !(error instanceof LmsRefusedError) || error.httpStatus !== 401) return false;
    this.tokens.drop(token);
    return true;
  }
}

function as(token: Token | null, request: LmsRequest): LmsRequest {
  return token === null ? request : { ...request, token: token.value };
}
