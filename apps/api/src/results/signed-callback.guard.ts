import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { WebhookSignatureError, verifyWebhook } from '@order-fulfillment/fulfiller-kit';
import { FulfillerRegistry } from '#fulfillment';
import { LineResults } from '#orders';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../problems/problem.js';
import { rawBodyOf } from './raw-body.js';
import { LineKey } from './result.schema.js';

const REFUSED = 'The message is not signed by a secret of the product type of this line. Sign it by Standard Webhooks with one of the callbackSecrets of its entry in the token map.';
/** What a signature tells: by whose secret, and which message. */
export interface Signed {
  readonly productType: string;
  readonly messageId: string;
}

const judged = new WeakMap<FastifyRequest, Signed>();

/** What the signature of a request tells that this guard has let through. */
export function signedBy(request: FastifyRequest): Signed {
  const signed = judged.get(request);
  if (!signed) throw new Error('Nobody has judged the signature of this request.');
  return signed;
}

/**
 * Lets only those report a result who sign with a secret of the line's product type. Nobody learns by its answer which lines there are,
 * or which types have a secret.
 */
@Injectable()
export class SignedCallbackGuard implements CanActivate {
  private readonly logger = new Logger(SignedCallbackGuard.name);

  constructor(
    private readonly results: LineResults,
    private readonly registry: FulfillerRegistry,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { lineKey: string } }>>();
    const lineKey = LineKey.safeParse(request.params.lineKey);
    const productType = lineKey.success ? await this.results.productTypeOf(lineKey.data) : null;
    const secrets = productType === null || !this.registry.knows(productType) ? [] : this.registry.get(productType).callbackSecrets;
    const messageId = this.verified(request, secrets);
    if (productType !== null) judged.set(request, { productType, messageId });
    return true;
  }

  private verified(request: FastifyRequest, secrets: readonly string[]): string {
    try {
      return verifyWebhook({ headers: request.headers, body: rawBodyOf(request), secrets, nowMs: Date.now() }).id;
    } catch (error) {
      if (!(error instanceof WebhookSignatureError)) throw error;
      this.logger.warn({ requestId: request.id, msg: `A reported result was refused. ${error.message}` });
      throw new ProblemError('callback_unsigned', REFUSED);
    }
  }
}
