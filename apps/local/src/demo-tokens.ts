import { SignJWT } from 'jose';

/** Someone of the demo, as the LMS would name him in a token. */
export interface DemoPerson {
  readonly username: string;
  readonly email: string;
  readonly userId: number;
  readonly administrator: boolean;
}

export const DEMO_PEOPLE = {
  staff: { username: 'staff', email: 'staff@example.com', userId: 6, administrator: true },
  learner1: { username: 'learner1', email: 'learner1@example.com', userId: 1, administrator: false },
  learner2: { username: 'learner2', email: 'learner2@example.com', userId: 2, administrator: false },
} as const satisfies Record<string, DemoPerson>;

/** Signs a token (HS256) with the claims that the LMS puts into its own. Good for 24 hours. */
export async function signToken(person: DemoPerson, { jwtSecret, issuer }: { jwtSecret: string; issuer: string }): Promise<string> {
  const claims = {
    grant_type: 'password',
    preferred_username: person.username,
    scopes: ['read', 'write', 'email', 'profile', 'user_id'],
    version: '1.2.0',
    filters: [],
    is_restricted: false,
    email_verified: true,
    email: person.email,
    user_id: person.userId,
    name: person.username,
    given_name: '',
    family_name: '',
    administrator: person.administrator,
    superuser: false,
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(issuer)
    .setSubject(`demo-${person.userId}`)
    .setIssuedAt()
    .setExpirationTime('24h')
    .sign(new TextEncoder().encode(jwtSecret));
}
