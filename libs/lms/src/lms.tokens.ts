import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { readJson } from './answer.js';
import { LmsClient } from './lms.client.js';
import { LmsRefusedError, LmsTokenRefusedError, LmsUnansweredError } from './lms.errors.js';
import { LMS_OPTIONS, type LmsOptions, type OauthClient } from './lms.options.js';
import type { LmsCall } from './lms.request.js';
import { notBegun, unreadable } from './lms.unanswered.js';
import { unlessOver } from './unless-over.js';

const PATH = '/oauth2/access_token';
/** A token is asked for on behalf of all who wait, so no single caller's time bounds it. */
const TOKEN_TIMEOUT_MS = 10_000;
/** A token is no longer used when it would run out so soon. */
const SPARE_MS = 30_000;

const TokenAnswer = z.object({ access_token: z.string().regex(/^[\x21-\x7e]+$/), expires_in: z.number().positive(), token_type: z.string().regex(/^jwt$/i) });

export interface Token {
  readonly value: string;
  /** Whether it was made for this call: if the LMS does not take it, it takes none. */
  readonly isNew: boolean;
}

/** The JWT of our OAuth application at the LMS. It is kept until shortly before it runs out; one request for a new one is under way at a time. */
@Injectable()
export class LmsTokens {
  private held: { readonly value: string; readonly until: number } | null = null;
  private pending: Promise<string> | null = null;

  constructor(
    private readonly lms: LmsClient,
    @Inject(LMS_OPTIONS) private readonly options: LmsOptions,
  ) {}

  /**
   * A token to show, or null when there is no OAuth application.
   *
   * @throws {LmsRefusedError} when the LMS gives none.
   * @throws {LmsUnansweredError} when none came in the time of the call, which has then never left.
   */
  async take(call: LmsCall): Promise<Token | null> {
    const { oauth } = this.options;
    if (!oauth) return null;
    if (call.signal.aborted) throw notBegun();
    if (this.held !== null && performance.now() < this.held.until) return { value: this.held.value, isNew: false };
    if (this.pending === null) {
      call.onCall?.();
      this.pending = this.request(oauth).finally(() => (this.pending = null));
    }
    return { value: await unlessOver(this.pending, call), isNew: true };
  }

  /** The LMS no longer takes this token: the next call gets another. */
  drop({ value }: Token): void {
    if (this.held?.value === value) this.held = null;
  }

  private async request({ clientId, clientSecret }: OauthClient): Promise<string> {
    const askedAt = performance.now();
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, token_type: 'jwt' };
    const call = { timeoutMs: TOKEN_TIMEOUT_MS, signal: new AbortController().signal };
    const text = await this.lms.send({ method: 'POST', path: PATH, form, token: null }, call).catch(failWithoutToken);
    const answer = TokenAnswer.safeParse(readJson(text));
    if (!answer.success) return failWithoutToken(unreadable('The LMS answered 200 with a body that holds no JWT.'));
    const { access_token: value, expires_in: lifeSeconds } = answer.data;
    this.held = { value, until: askedAt + lifeSeconds * 1_000 - SPARE_MS };
    return value;
  }
}

function failWithoutToken(error: unknown): never {
  if (error instanceof LmsRefusedError) throw new LmsTokenRefusedError(error);
  if (!(error instanceof LmsUnansweredError)) throw error;
  throw new LmsUnansweredError({ end: error.end === 'timeout' ? 'network' : error.end, mayHaveArrived: false, detail: `The LMS gave no token: ${error.message}` });
}
