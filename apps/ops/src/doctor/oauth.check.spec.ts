import { LmsRefusedError, LmsUnansweredError } from '#lms';
import { oauthCheck } from './oauth.check.js';

const jwt = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
const gives = (token: string) => () => Promise.resolve(token);
const refuses = (status: number, words = '') => () => Promise.reject(new LmsRefusedError(status, `no token for our OAuth application: ${words}`, null));

describe('the check of the OAuth credentials', () => {
  it('is skipped where there are none, and says what needs them', async () => {
    expect(await oauthCheck(null)).toEqual({ verdict: 'skipped', fact: expect.stringMatching(/LMS_OAUTH_CLIENT_ID and LMS_OAUTH_CLIENT_SECRET are not both set\. Courses with credit, the import .* need them\.$/) as string, advice: null });
  });

  it.each([
    [jwt({ preferred_username: 'worker', administrator: true }), 'ok', 'The LMS gives our OAuth application a token.'],
    [jwt({ preferred_username: 'worker', administrator: false }), 'warn', 'but of worker, who is not staff there.'],
    [jwt({ preferred_username: 'worker' }), 'ok', 'gives'],
    ['no-jwt-that-we-can-read', 'ok', 'gives'],
  ])('judges the token %s: %s', async (token, verdict, fact) => {
    expect(await oauthCheck(gives(token))).toMatchObject({ verdict, fact: expect.stringContaining(fact) as string });
  });

  it.each([
    [401, 'error: invalid_client', 'fail', 'The LMS answered 401: no token for our OAuth application: error: invalid_client.', 'owned by a user who is staff'],
    [400, 'error: unauthorized_client', 'fail', 'unauthorized_client.', 'with client credentials'],
    [404, '', 'fail', 'The LMS answered 404: no token for our OAuth application.', 'Set LMS_URL to the LMS itself'],
    [302, '', 'fail', 'The LMS answered 302', 'Set LMS_URL to the LMS itself'],
    [429, '', 'warn', 'The LMS answered 429', 'by address'],
    [503, '', 'skipped', 'Not looked at: the LMS answers 503.', null],
  ])('judges a refusal %i %s: %s', async (status, words, verdict, fact, advice) => {
    expect(await oauthCheck(refuses(status, words))).toEqual({ verdict, fact: expect.stringContaining(fact) as string, advice: advice === null ? null : (expect.stringContaining(advice) as string) });
  });

  it('leaves an LMS that is away to its own check, and names what is no LMS', async () => {
    const unanswered = (end: 'network' | 'unreadable') => () => Promise.reject(new LmsUnansweredError({ end, mayHaveArrived: false, detail: 'The LMS gave no token: words.' }));
    expect(await oauthCheck(unanswered('network'))).toMatchObject({ verdict: 'skipped' });
    expect(await oauthCheck(unanswered('unreadable'))).toMatchObject({ verdict: 'fail', fact: 'The LMS gave no token: words.' });
  });

  it('hides no bug', async () => {
    await expect(oauthCheck(() => Promise.reject(new TypeError('x')))).rejects.toThrow('x');
  });
});
