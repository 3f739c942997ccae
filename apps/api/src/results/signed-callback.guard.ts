import { Injectable, Logger, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { WebhookSignatureError, verifyWebhook } from '@order-fulfillment/fulfiller-kit';
import { FulfillerRegistry } from '#fulfillment';
import { LineResults } from '#orders';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../problems/problem.js';
import { rawBodyOf } from './raw-body.js';
import { LineKey } from './result.schema.js';

const REFUSED = 'The message is not signed by a secret of the product type of this line. Sign it by Standard Webhooks with one of the callbackSecrets of its entry in the token map.';
const productTypes = new WeakMap<FastifyRequest, string>();

/** The product type of the line of a request that this guard has let through. */
export function productTypeOf(request: FastifyRequest): string {
  const productType = productTypes.get(request);
  if (productType === undefined) throw new Error('Nobody has judged the signature of this request.');
  return productType;
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
    this.assertSigned(request, secrets);
    if (productType !== null) productTypes.set(request, productType);
    return true;
  }

  private assertSigned(request: FastifyRequest, secrets: readonly string[]): void {
    try {
      verifyWebhook({ headers: request.headers, body: rawBodyOf(request), secrets, nowMs: Date.now() });
    } catch (error) {
      if (!(error instanceof WebhookSignatureError)) throw error;
      this.logger.warn({ requestId: request.id, msg: `A reported result was refused. ${error.message}` });
      throw new ProblemError('callback_unsigned', REFUSED);
    }
  }
}
