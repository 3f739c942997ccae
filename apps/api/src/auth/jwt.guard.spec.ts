import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { ProblemError } from '../problems/problem.js';
import { Public, StaffOnly } from './caller.js';
import { JwtGuard } from './jwt.guard.js';
import { ALICE, SECRET, tokenOf } from './token.fake.js';
import { TokenReader } from './token.reader.js';

const NOW_SECONDS = Math.floor(Date.now() / 1_000);
const claims = { ...ALICE, iat: NOW_SECONDS, exp: NOW_SECONDS + 3_600 };
const LEARNER = `JWT ${tokenOf(claims)}`;
const STAFF = `JWT ${tokenOf({ ...claims, preferred_username: 'olga', administrator: true })}`;

class Routes {
  plain(this: void): void {}
  @Public() open(this: void): void {}
  @StaffOnly() closed(this: void): void {}
}

@Public()
class OpenRoutes {
  plain(this: void): void {}
}

@StaffOnly()
class ClosedRoutes {
  plain(this: void): void {}
}

type Controller = new () => object;
const guard = new JwtGuard(new Reflector(), new TokenReader(SECRET));

/** A request to a route, as the guard leaves it. */
async function admitted(authorization: unknown, handler: () => void = Routes.prototype.plain, controller: Controller = Routes): Promise<{ caller?: unknown }> {
  const request: { headers: object; ip: string; caller?: unknown } = { headers: { authorization }, ip: '192.0.2.7' };
  await guard.canActivate(new ExecutionContextHost([request], controller, handler));
  return request;
}

async function refusal(authorization: unknown, handler?: () => void, controller?: Controller): Promise<ProblemError> {
  const thrown: unknown = await admitted(authorization, handler, controller).then(
    () => new Error('Nobody was refused.'),
    (error: unknown) => error,
  );
  if (thrown instanceof ProblemError) return thrown;
  throw thrown;
}

describe('a route', () => {
  it('learns who calls, and from where', async () => {
    expect((await admitted(LEARNER)).caller).toEqual({ username: 'alice', email: 'alice@example.com', isStaff: false, address: '192.0.2.7' });
  });

  it.each(['JWT', 'Bearer', 'jwt', 'BEARER'])('takes a token after %s', async (scheme) => {
    expect((await admitted(`${scheme} ${tokenOf(claims)}`)).caller).toMatchObject({ username: 'alice' });
  });

  it('is closed unless it says otherwise', async () => {
    expect((await refusal(undefined)).code).toBe('unauthenticated');
  });

  it.each([undefined, 'JWT nonsense', LEARNER])('that is public asks nobody: %j', async (authorization) => {
    expect(await admitted(authorization, Routes.prototype.open)).not.toHaveProperty('caller');
    expect(await admitted(authorization, OpenRoutes.prototype.plain, OpenRoutes)).not.toHaveProperty('caller');
  });

  it('for staff lets staff in and nobody else', async () => {
    expect((await admitted(STAFF, Routes.prototype.closed)).caller).toMatchObject({ username: 'olga', isStaff: true });
    expect((await refusal(LEARNER, Routes.prototype.closed)).code).toBe('staff_only');
    expect((await refusal(LEARNER, ClosedRoutes.prototype.plain, ClosedRoutes)).code).toBe('staff_only');
    expect((await refusal(undefined, Routes.prototype.closed)).code).toBe('unauthenticated');
  });
});

describe('a caller is asked for a token', () => {
  it.each([
    '',
    'JWT',
    'JWT ',
    'Basic YWxpY2U6cGFzcw==',
    'Token x',
    tokenOf(claims),
    `JWT  ${tokenOf(claims)}`,
    ` ${LEARNER}`,
    `${LEARNER} `,
    `${LEARNER}\n`,
    `JWT\t${tokenOf(claims)}`,
    `JWT "${tokenOf(claims)}"`,
    `${LEARNER}, ${LEARNER}`,
    `JWT ${tokenOf(claims)}\0`,
  ])('who sends %j', async (authorization) => {
    expect((await refusal(authorization)).message).toMatch(/^Send a token: /);
  });

  it('who sends two', async () => {
    expect((await refusal([LEARNER, STAFF])).message).toMatch(/^Send a token: /);
  });
});

describe('a refusal', () => {
  it.each([undefined, 'JWT nonsense', `JWT ${tokenOf({ ...claims, exp: 1 })}`, `JWT ${tokenOf(claims, { alg: 'none' })}`, `JWT ${tokenOf(claims, undefined, 'another')}`])('names the header and the schemes: %j', async (authorization) => {
    const { code, errors, headers } = await refusal(authorization);
    expect({ code, headers }).toEqual({ code: 'unauthenticated', headers: { 'www-authenticate': 'JWT realm="order-fulfillment", Bearer' } });
    expect(errors).toMatchObject([{ header: 'Authorization' }]);
  });

  it('never repeats the token', async () => {
    const token = tokenOf({ ...claims, preferred_username: 'hunter/2' });
    const refused = await refusal(`JWT ${token}`);
    expect(JSON.stringify({ ...refused, message: refused.message })).not.toMatch(/hunter|eyJ/);
  });

  it('is not what a broken reader looks like', async () => {
    const broken = new JwtGuard(new Reflector(), Object.assign(new TokenReader(SECRET), { read: () => Promise.reject(new TypeError('a bug')) }));
    const context = new ExecutionContextHost([{ headers: { authorization: LEARNER } }], Routes, Routes.prototype.plain);
    await expect(broken.canActivate(context)).rejects.toThrow(TypeError);
  });
});
