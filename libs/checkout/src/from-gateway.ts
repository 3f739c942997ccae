import { ForeignPaymentError, GatewayFailure } from '#payments';
import { GatewayUnavailableError } from './payment.errors.js';

/** Asks a gateway for somebody who waits for the answer. @throws {GatewayUnavailableError} in words for him; operators see the gateway's with the payment. */
export async function fromGateway<Answer>(question: Promise<Answer>): Promise<Answer> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof GatewayFailure) throw new GatewayUnavailableError(error, { cause: error });
    if (error instanceof ForeignPaymentError) throw new GatewayUnavailableError(null, { cause: error });
    throw error;
  }
}
