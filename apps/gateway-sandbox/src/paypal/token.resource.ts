import { paypalId } from '../world/ids.js';
import { json, type Answer } from '../wire/answer.js';
import type { GatewayCall, Resource } from '../wire/dialect.js';
import type { PaypalTokens } from './paypal.tokens.js';

const SCOPE = 'https://uri.paypal.com/services/payments/realtimepayment https://uri.paypal.com/services/payments/refund https://uri.paypal.com/services/disputes/read-seller https://uri.paypal.com/services/reporting/search/read openid';

/** `/v1/oauth2/token`. */
export function tokenResources(tokens: PaypalTokens): readonly Resource[] {
  const give = ({ headers, body }: GatewayCall): Answer => {
    if (!tokens.isClient(headers.authorization)) return json(401, { error: 'invalid_client', error_description: 'Client Authentication failed' }, { kept: false });
    if (body['grant_type'] !== 'client_credentials') return json(400, { error: 'unsupported_grant_type', error_description: 'unsupported grant_type' }, { kept: false });
    const nonce = `${new Date().toISOString()}${paypalId(8)}`;
    return json(200, { scope: SCOPE, access_token: tokens.give(), token_type: 'Bearer', app_id: 'APP-80W284485P519543T', expires_in: tokens.lifetimeSeconds, nonce }, { kept: false });
  };
  return [{ path: '/v1/oauth2/token', operations: { POST: give } }];
}
