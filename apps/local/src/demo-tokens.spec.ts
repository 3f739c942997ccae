import { jwtVerify } from 'jose';
import { DEMO_PEOPLE, signToken } from './demo-tokens.js';

const jwtSecret = 'a-secret-of-this-spec';

describe('signToken', () => {
  it('signs the claims by which the API knows a person, for a day', async () => {
    const token = await signToken(DEMO_PEOPLE.learner1, { jwtSecret, issuer: 'http://lms.test/oauth2' });
    const { payload, protectedHeader } = await jwtVerify(token, new TextEncoder().encode(jwtSecret));
    expect(protectedHeader.alg).toBe('HS256');
    expect(payload).toMatchObject({ preferred_username: 'learner1', email: 'learner1@example.com', user_id: 1, administrator: false, superuser: false });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(24 * 60 * 60);
  });

  it('makes the staff member an administrator', async () => {
    const token = await signToken(DEMO_PEOPLE.staff, { jwtSecret, issuer: 'http://lms.test/oauth2' });
    const { payload } = await jwtVerify(token, new TextEncoder().encode(jwtSecret));
    expect(payload['administrator']).toBe(true);
  });
});
