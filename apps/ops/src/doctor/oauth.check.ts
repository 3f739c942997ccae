import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { LmsModule, LmsRefusedError, LmsTokens, LmsUnansweredError, type LmsOptions } from '#lms';
import { z } from 'zod';
import { fail, ok, skipped, warn, type Finding } from './check.js';

const NOT_SET = 'LMS_OAUTH_CLIENT_ID and LMS_OAUTH_CLIENT_SECRET are not both set. Courses with credit, the import from the LMS and the search for drift in all courses need them';
const APPLICATION = 'Set LMS_OAUTH_CLIENT_ID and LMS_OAUTH_CLIENT_SECRET to those of an OAuth application of the LMS: confidential, with client credentials, owned by a user who is staff. Nothing is published until then.';
const ELSEWHERE = 'Set LMS_URL to the LMS itself, with its path prefix if it has one: tokens are asked for at /oauth2/access_token.';

/** What a token of the LMS says about whom it acts for. It is read, and not verified: whoever takes it does that. */
const Claims = z.object({ preferred_username: z.string().optional(), administrator: z.boolean().optional() });

/** Asks the LMS for a token, by the client that publications use. @throws {LmsRefusedError | LmsUnansweredError} */
export async function takeToken(options: LmsOptions, timeoutMs: number): Promise<string> {
  const app = await NestFactory.createApplicationContext({ module: class OauthModule {}, imports: [LmsModule.forRoot(options)] }, { logger: false, abortOnError: false });
  try {
    const token = await app.get(LmsTokens).take({ timeoutMs, signal: new AbortController().signal });
    if (!token) throw new Error('No OAuth application was given.');
    return token.value;
  } finally {
    await app.close();
  }
}

/** Whether the LMS gives our OAuth application a token, of a user who may publish. `take` is null where none is configured. */
export async function oauthCheck(take: (() => Promise<string>) | null): Promise<Finding> {
  if (!take) return skipped(NOT_SET);
  try {
    return ofToken(await take());
  } catch (error) {
    if (error instanceof LmsRefusedError) return refused(error);
    if (!(error instanceof LmsUnansweredError)) throw error;
    if (error.end === 'unreadable') return fail(error.message, ELSEWHERE);
    return skipped('the LMS gives no answer');
  }
}

function ofToken(token: string): Finding {
  const { preferred_username: owner, administrator } = claimsOf(token);
  if (administrator !== false) return ok('The LMS gives our OAuth application a token.');
  return warn(`The LMS gives our OAuth application a token, but of ${owner ?? 'a user'}, who is not staff there.`, 'Make the owner of the OAuth application staff in the LMS, or let a user own it who is: what is published may be refused until then.');
}

function claimsOf(token: string): z.infer<typeof Claims> {
  try {
    return Claims.parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
  } catch {
    return {};
  }
}

function refused({ httpStatus, message }: LmsRefusedError): Finding {
  const fact = `${message.replace(/[\s:]+$/, '')}.`;
  if ([400, 401, 403].includes(httpStatus)) return fail(fact, APPLICATION);
  if (httpStatus === 429) return warn(fact, 'The LMS counts requests for tokens by address: it goes by itself, unless others ask from the same address all the time.');
  if (httpStatus >= 500) return skipped(`the LMS answers ${httpStatus}`);
  return fail(fact, ELSEWHERE);
}
