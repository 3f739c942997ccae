import { BadGatewayException, Body, Controller, Get, HttpException, NotFoundException, Post, type LoggerService } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { CheckoutForbiddenError, CheckoutRefusedError } from '#checkout';
import { AlreadyOwnedError, DeliveryInProgressError, DomainError, IdempotencyKeyReusedError, InvalidTransitionError, NothingToCancelError, NothingToResubmitError, OrderNotFoundError, RequestInProgressError } from '#orders';
import { ProblemFilter } from './problem.filter.js';
import { PROBLEMS, ProblemError, type Problem, type ProblemCode } from './problem.js';

const SECRET = 'hunter2';
let thrown: unknown;
let logged: unknown[];

@Controller()
class Routes {
  @Get('throw') throw(): never {
    throw thrown;
  }

  @Post('take') take(@Body() body: unknown): unknown {
    return body;
  }
}

const logger: LoggerService = { log: () => undefined, warn: () => undefined, error: (message: unknown) => void logged.push(message) };

/** Like the API: bodies are read by Fastify's own parser. Nothing is listened to. */
let app: NestFastifyApplication;
beforeAll(async () => {
  const module = await Test.createTestingModule({ controllers: [Routes] }).compile();
  app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter({ bodyLimit: 1_000, genReqId: () => 'request-1' }), { bodyParser: false, logger });
  app.getHttpAdapter().getInstance().removeContentTypeParser('text/plain');
  app.useGlobalFilters(new ProblemFilter());
  await app.init();
});
afterAll(() => app.close());
beforeEach(() => {
  logged = [];
});

async function problemOf(error: unknown) {
  thrown = error;
  return refused({ method: 'GET', url: '/throw' });
}

async function refused(request: { method: 'GET' | 'POST'; url: string; payload?: string | Buffer; headers?: Record<string, string> }) {
  const { statusCode, headers, payload } = await app.inject(request);
  return { statusCode, headers, problem: JSON.parse(payload) as Problem };
}

class StrangeError extends DomainError {
  constructor(readonly code: string) {
    super(SECRET);
  }
}

describe('a problem', () => {
  it('is one by RFC 9457, with its code, every wrong field, and the id under which it is found', async () => {
    const errors = [{ pointer: '/items/0/sku', detail: 'must be a SKU' }];
    const { statusCode, headers, problem } = await problemOf(new ProblemError('invalid_request', 'Some fields are wrong.', errors));
    expect(statusCode).toBe(400);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(problem).toEqual({ type: 'https://order-fulfillment.dev/problems/invalid_request', title: PROBLEMS.invalid_request.title, status: 400, detail: 'Some fields are wrong.', code: 'invalid_request', errors, traceId: 'request-1' });
  });

  it('leaves errors out where no field is wrong', async () => {
    expect((await problemOf(new ProblemError('not_found', 'Nothing.'))).problem).not.toHaveProperty('errors');
  });

  it('brings its headers along', async () => {
    expect((await problemOf(new ProblemError('unauthenticated', 'Log in.', [], { 'www-authenticate': 'JWT' }))).headers['www-authenticate']).toBe('JWT');
  });

  it.each(Object.entries(PROBLEMS))('%s has the status and the title that are documented', async (code, { status, title }) => {
    const { statusCode, problem } = await problemOf(new ProblemError(code as ProblemCode, 'x'));
    expect({ statusCode, status: problem.status, title: problem.title }).toEqual({ statusCode: status, status, title });
  });
});

describe('a refusal of the domain', () => {
  it.each([
    [new OrderNotFoundError(), 404, 'order_not_found'],
    [new AlreadyOwnedError(), 409, 'already_owned'],
    [new NothingToResubmitError('OF-1'), 409, 'nothing_to_resubmit'],
    [new NothingToCancelError('OF-1'), 409, 'nothing_to_cancel'],
    [new DeliveryInProgressError('OF-1'), 409, 'delivery_in_progress'],
    [new InvalidTransitionError('open', 'refund', []), 409, 'invalid_transition'],
    [new IdempotencyKeyReusedError(), 422, 'idempotency_key_reused'],
    [new CheckoutForbiddenError('not_your_learner', '/learner/username', 'Not yours.'), 403, 'not_your_learner'],
  ])('keeps its code and its sentence: %s', async (error, status, code) => {
    const { statusCode, problem } = await problemOf(error);
    expect({ statusCode, code: problem.code, detail: problem.detail }).toEqual({ statusCode: status, code, detail: error.message });
    expect(logged).toEqual([]);
  });

  it('names the field that may not be, or every one that cannot', async () => {
    expect((await problemOf(new CheckoutForbiddenError('staff_only_processor', '/payment/processor', 'Only staff.'))).problem.errors).toEqual([{ pointer: '/payment/processor', detail: 'Only staff.' }]);
    const refusals = [
      { code: 'unknown_sku', pointer: '/items/0/sku', detail: 'There is no SKU "A".' },
      { code: 'mixed_currencies', pointer: '/items', detail: 'USD and EUR.' },
    ] as const;
    expect((await problemOf(new CheckoutRefusedError(refusals))).problem).toMatchObject({ status: 422, code: 'unknown_sku', errors: refusals });
  });

  it.each([
    [1, '1'],
    [1_000, '1'],
    [1_001, '2'],
  ])('says when to come back, in whole seconds and not too early: %d ms', async (ms, seconds) => {
    const { headers, problem } = await problemOf(new RequestInProgressError(ms));
    expect({ code: problem.code, after: headers['retry-after'] }).toEqual({ code: 'request_in_progress', after: seconds });
  });
});

describe('what nobody foresaw', () => {
  it.each([
    ['an error', new Error(SECRET)],
    ['a bug', new TypeError(SECRET)],
    ['a text', SECRET],
    ['nothing', undefined],
    ['null', null],
    ['a thing with a code', { code: 'not_found', message: SECRET }],
    ['an error that calls itself a problem', Object.assign(new Error(SECRET), { code: 'order_not_found' })],
    ['a refusal by a code that is not ours', new StrangeError('teapot')],
    ['a refusal by a code that every object has', new StrangeError('constructor')],
    ['a failure of somebody behind us', new BadGatewayException(SECRET)],
    ['a status that is none of ours', new HttpException(SECRET, 418)],
    ['a constraint of the database', Object.assign(new Error(SECRET), { code: '23514' })],
  ])('is a 500 that says nothing of it, and is in the log under the same id: %s', async (_, error) => {
    const { statusCode, problem } = await problemOf(error);
    expect(statusCode).toBe(500);
    expect(problem).toMatchObject({ code: 'internal_error', traceId: 'request-1' });
    expect(JSON.stringify(problem)).not.toMatch(SECRET);
    expect(logged).toMatchObject([{ requestId: 'request-1', err: error instanceof Error ? { message: error.message } : { message: expect.any(String) } }]);
  });

  it('is logged with its stack', async () => {
    await problemOf(new TypeError('a bug'));
    expect(JSON.stringify(logged)).toMatch(/"name":"TypeError","message":"a bug","stack":"TypeError: a bug\\n +at /);
  });

  it('is no broken JSON of the client only because it is a SyntaxError', async () => {
    expect((await problemOf(new SyntaxError('Unexpected token in what the database gave'))).statusCode).toBe(500);
  });

  it('is nothing that is not found only because another system said so', async () => {
    expect((await problemOf(Object.assign(new Error('The LMS answered 404.'), { statusCode: 404 }))).statusCode).toBe(500);
  });
});

describe('a database that is away', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', '08006', '53300', '57P01', '57P03'])('is a 503 with a time to come back, and is logged: %s', async (code) => {
    const { statusCode, headers, problem } = await problemOf(Object.assign(new Error(SECRET), { code }));
    expect({ statusCode, code: problem.code, after: headers['retry-after'] }).toEqual({ statusCode: 503, code: 'unavailable', after: '5' });
    expect(problem.detail).not.toMatch(SECRET);
    expect(logged).toHaveLength(1);
  });

  it('is not logged once more where it was thrown as a problem: whoever did so has said why', async () => {
    const { statusCode } = await problemOf(new ProblemError('unavailable', 'It cannot be told who has sent it.'));
    expect([statusCode, logged]).toEqual([503, []]);
  });

  // How node-postgres and its pool say it, without a code.
  it.each(['Connection terminated unexpectedly', 'Connection terminated due to connection timeout', 'timeout exceeded when trying to connect', 'Client has encountered a connection error and is not queryable'])('is a 503 too when it says %s', async (message) => {
    expect((await problemOf(new Error(message))).statusCode).toBe(503);
  });

  it.each(['ENOTFOUND', 'ETIMEDOUT', 'EPIPE', 'EHOSTUNREACH', 'EAI_AGAIN'])('is a 503 too by the code %s', async (code) => {
    expect((await problemOf(Object.assign(new Error('x'), { code }))).statusCode).toBe(503);
  });
});

describe('a request that no route has seen', () => {
  const json = { 'content-type': 'application/json' };

  it.each([
    ['broken JSON', { payload: '{"items":', headers: json }, 400, 'invalid_json'],
    ['no JSON at all', { payload: '', headers: json }, 400, 'invalid_json'],
    ['JSON that reaches for the prototype', { payload: '{"__proto__":{"x":1}}', headers: json }, 400, 'invalid_json'],
    ['JSON that reaches for it deeper down', { payload: '{"items":[{"constructor":{"prototype":{}}}]}', headers: json }, 400, 'invalid_json'],
    ['bytes that are no JSON', { payload: Buffer.of(0xff, 0xfe, 0x00), headers: json }, 400, 'invalid_json'],
    ['a number that JSON does not know', { payload: '{"quantity":NaN}', headers: json }, 400, 'invalid_json'],
    ['too much', { payload: JSON.stringify({ items: 'x'.repeat(2_000_000) }), headers: json }, 413, 'body_too_large'],
    ['a form', { payload: 'sku=A', headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'unsupported_media_type'],
    ['text', { payload: '{}', headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
    ['a content type that is none', { payload: '{}', headers: { 'content-type': '../json' } }, 415, 'unsupported_media_type'],
    ['a body without a content type', { payload: '{}' }, 415, 'unsupported_media_type'],
  ])('is refused by its name: %s', async (_, request, status, code) => {
    const { statusCode, problem } = await refused({ method: 'POST', url: '/take', ...request });
    expect({ statusCode, code: problem.code }).toEqual({ statusCode: status, code });
    expect(logged).toEqual([]);
  });

  it.each(['/nowhere', '/take', '/throw/../nowhere', '/__proto__', '/%00'])('is not found: GET %s', async (url) => {
    const { statusCode, problem } = await refused({ method: 'GET', url });
    expect({ statusCode, code: problem.code }).toEqual({ statusCode: 404, code: 'not_found' });
    expect(problem.detail).not.toMatch(/nowhere|take/);
  });

  it('is not found either when a route says so by Nest', async () => {
    expect((await problemOf(new NotFoundException(SECRET))).problem).toMatchObject({ status: 404, code: 'not_found', detail: 'There is nothing here.' });
  });
});
